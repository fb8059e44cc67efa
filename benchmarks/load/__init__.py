"""How the service bears a full office: many clerks at once, a real county's first plan, and what it takes at rest."""
