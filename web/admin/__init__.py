"""Administration: accounts and audit log of a bureau; for operators bureaus, backups, the state of the service."""
