-- Several questions of one view: a lock of the file for each would cost more than asking.
BEGIN
