"""What people fill in: a report, the steps of a case, the filters of the register."""
