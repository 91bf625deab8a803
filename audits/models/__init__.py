"""What is controlled and audited: see `audits/README.md`."""
