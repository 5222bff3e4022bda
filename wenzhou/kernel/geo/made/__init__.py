"""A made city on the real divisions: where made people live, under which addresses, on which ground.

Roads, numbers, rooms and points are invented by rule (虚构数据) from the committed facts and nothing else, so that
the registers of people and of places, which do not know each other, speak of the same dwellings.
"""
