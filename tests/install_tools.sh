#!/bin/sh
# Install Chromium, LibreOffice Calc, pdftoppm, Chinese fonts, two calendar programs and PostgreSQL for the tests that
# open pages and papers or keep the service's rows.
# Only Debian-like systems with the right to install are served; elsewhere those tests are skipped with a message.
set -u
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v soffice >/dev/null 2>&1 || missing="$missing libreoffice-calc"
command -v pdftoppm >/dev/null 2>&1 || missing="$missing poppler-utils"
command -v khal >/dev/null 2>&1 || missing="$missing khal"
command -v calcurse >/dev/null 2>&1 || missing="$missing calcurse"
command -v postgres >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"
fc-list :lang=zh 2>/dev/null | grep -q . || missing="$missing fonts-noto-cjk"
[ -z "$missing" ] && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null) \
    || echo "Could not install:$missing. The tests that need them are skipped."
else
  echo "Not installed (needs root on Debian):$missing. The tests that need them are skipped."
fi
