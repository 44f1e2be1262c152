-- What finds a name by a part of it, whatever the case and the accents of either: "muller" finds Müller, and "Łu" finds Lu.
-- A regular expression over the name as it stands: quicker than to strip every name of its accents, and needs no extension.
CREATE OR REPLACE FUNCTION shift_reminders.name_pattern(words text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(string_agg(CASE WHEN s.letters IS NOT NULL THEN '[' || s.letters || ']'
                                  WHEN w.letter ~ '[[:alnum:]]' THEN w.letter
                                  ELSE '\' || w.letter END, '' ORDER BY w.place), '')
  FROM unnest(string_to_array(lower(btrim(words)), NULL)) WITH ORDINALITY AS w(letter, place)
  LEFT JOIN (VALUES ('aàáâãäåāăą'), ('cçćĉċč'), ('dďđð'), ('eèéêëēĕėęě'), ('gĝğġģ'), ('hĥħ'), ('iìíîïĩīĭįı'), ('jĵ'), ('kķ'),
    ('lĺļľŀł'), ('nñńņňŉ'), ('oòóôõöøōŏő'), ('rŕŗř'), ('sśŝşšș'), ('tţťŧț'), ('uùúûüũūŭůűų'), ('wŵ'), ('yýÿŷ'), ('zźżž'))
    AS s(letters) ON strpos(s.letters, w.letter) > 0
$$;
