-- End a turn: after this line the answer is safe and the ack may leave.
COMMIT
