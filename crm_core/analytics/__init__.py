"""Questions about customers: statements that aggregate and pure functions that finish them."""
