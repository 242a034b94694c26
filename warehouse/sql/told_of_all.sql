-- `told` speaks of every version.
CREATE OR REPLACE TEMP VIEW told_versions AS FROM main.versions;
CREATE OR REPLACE TEMP VIEW told_readings AS FROM main.readings;
CREATE OR REPLACE TEMP VIEW told_contents AS FROM main.contents;
