"""Pages of identity: one's own account, acting for a firm, the operator's, the public's."""
