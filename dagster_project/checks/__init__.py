"""Asset checks: one module a subject. Each reports what it found beside what it expected, and says what to do."""
