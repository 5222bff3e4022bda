"""Exchange (数据交换): resources that offices offer, grants to use them, calls that leave a journal line."""
