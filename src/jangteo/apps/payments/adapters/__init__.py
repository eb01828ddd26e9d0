"""Payment services behind ``payments.ports``: Toss Payments, and the sandbox that imitates it."""
