-- What may enter is asked at the door: whoever may INSERT could else stop everybody with one row. Rows that are there already are
-- not looked at (NOT VALID): they are checked when they are read.
ALTER TABLE saydo_events
  ADD CONSTRAINT saydo_hash
    CHECK (hash = encode(sha256(convert_to(bytes, 'UTF8')), 'hex')) NOT VALID,
  ADD CONSTRAINT saydo_length
    CHECK (octet_length(bytes) <= 16777216 AND octet_length(signature) <= 1024) NOT VALID;

-- The next number, and the hash of the last event as `prev`. A row trigger sees the rows that the same statement inserted before.
-- Its search path is fixed, and the table is named with its schema: a table of the same name elsewhere deceives nobody.
CREATE FUNCTION saydo_next() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $door$
DECLARE
  last_seq bigint := 0;
  last_hash text := repeat('0', 64);
  found record;
BEGIN
  EXECUTE format('SELECT seq, hash FROM %I.%I ORDER BY seq DESC LIMIT 1', TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO found;
  IF found.seq IS NOT NULL THEN
    last_seq := found.seq;
    last_hash := found.hash;
  END IF;
  IF NEW.seq <= last_seq THEN
    RAISE unique_violation USING MESSAGE = format('event %s is there already: the record ends with %s', NEW.seq, last_seq);
  END IF;
  IF NEW.seq - 1 <> last_seq THEN
    RAISE check_violation USING MESSAGE = format('event %s does not follow: the record ends with %s', NEW.seq, last_seq);
  END IF;
  IF (NEW.bytes::jsonb ->> 'prev') IS DISTINCT FROM last_hash THEN
    RAISE check_violation USING MESSAGE = format('event %s does not go on from event %s', NEW.seq, last_seq);
  END IF;
  RETURN NEW;
END
$door$;

CREATE TRIGGER saydo_next BEFORE INSERT ON saydo_events
  FOR EACH ROW EXECUTE FUNCTION saydo_next();
