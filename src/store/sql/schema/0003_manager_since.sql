-- Since when somebody reports to their present manager: what they answered before is not that
-- manager's to read. For those who are there already it is since ever, as it was until now.
ALTER TABLE person ADD COLUMN manager_since_ms INTEGER NOT NULL DEFAULT 0;
