"""The only database: engines, sessions, tables, the ledger and the warehouse."""
