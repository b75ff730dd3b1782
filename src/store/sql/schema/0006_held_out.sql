-- A question out of those held out to see what is still there after a while: so many days after the
-- first sending of its skill in its deck, 7, 30 or 90; 0: an ordinary one. Kept with the sending,
-- because an author may hold a prompt out today and no longer tomorrow.
ALTER TABLE nudge ADD COLUMN held_out_days INTEGER NOT NULL DEFAULT 0;
