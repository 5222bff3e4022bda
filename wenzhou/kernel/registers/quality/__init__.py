"""Quality of registers (数据质量): rules, the problems they find, who mends them by when, and the score over time."""
