"""The product as it runs in production, under load: PostgreSQL, real server, real connections (issue 7, line 4)."""
