"""Online approval (网上审批, plan 2.9): one window, one form, all offices at once."""
