"""Free Chinese text to standard addresses: normalise, read, find candidates, score, explain (地址识别与匹配)."""
