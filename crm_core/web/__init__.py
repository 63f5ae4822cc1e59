"""Everything that knows Starlette: routes, middleware, public links."""
