"""What the service keeps in its database: bureaus, accounts, plans, errands, decisions and the audit log."""
