-- What came with the policies: no table and no column; every row is as it was.

UPDATE mapping_round SET year = year;
