"""The design system: tokens, components, page shell, and the browser modules every page shares."""
