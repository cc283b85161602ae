-- `events` is what stands between name and ON (BEFORE UPDATE OF email), `action` what follows the
-- table; `state` is pg_trigger's: O, D, R or A. The wanted trigger is spelled on an empty copy of the
-- table, which locks nobody out.
CREATE OR REPLACE FUNCTION pg_temp.fixfold_ensure_trigger(
    wanted_table text, wanted_name text, events text, action text, is_constraint boolean DEFAULT false, state "char" DEFAULT 'O')
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET datestyle = ISO SET intervalstyle = postgres AS $fixfold$
DECLARE
    relation regclass := pg_temp.fixfold_relation(wanted_table, format('trigger %I', wanted_name));
    statement text := format('CREATE %sTRIGGER %I %s ON %%s %s', CASE WHEN is_constraint THEN 'CONSTRAINT ' END,
                             wanted_name, replace(events, '%', '%%'), replace(action, '%', '%%'));
    here record;
BEGIN
    SELECT oid, tgenabled, pg_get_triggerdef(oid) AS words INTO here FROM pg_trigger
    WHERE tgrelid = relation AND tgname = wanted_name::name AND NOT tgisinternal;
    IF here.words IS NULL OR here.words <> format(statement, relation)
        AND here.words IS DISTINCT FROM pg_temp.fixfold_spelled_trigger(relation, wanted_name, statement) THEN
        IF here.oid IS NOT NULL THEN
            PERFORM pg_temp.fixfold_do(made.drop_statement, made.create_statement || made.finish)
            FROM pg_temp.fixfold_definition('pg_trigger'::regclass, here.oid, 0) made;
        END IF;
        PERFORM pg_temp.fixfold_do(
            concat(format(statement, relation), pg_temp.fixfold_comments('pg_trigger'::regclass, here.oid, 0)),
            format('DROP TRIGGER IF EXISTS %I ON %s', wanted_name, relation));
        here.tgenabled := 'O';
    END IF;
    IF here.tgenabled <> state THEN
        PERFORM pg_temp.fixfold_do(ltrim(coalesce(pg_temp.fixfold_trigger_state(relation, wanted_name::name, state), back.words), '; '),
                                   ltrim(coalesce(pg_temp.fixfold_trigger_state(relation, wanted_name::name, here.tgenabled), back.words), '; '))
        FROM (SELECT format('ALTER TABLE %s ENABLE TRIGGER %I', relation, wanted_name)) back (words);
    END IF;
END
$fixfold$;

CREATE OR REPLACE FUNCTION pg_temp.fixfold_spelled_trigger(relation regclass, wanted_name text, statement text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fixfold$
DECLARE
    probe text := pg_temp.fixfold_probe(relation);
    spelled text;
BEGIN
    PERFORM pg_temp.fixfold_run(format(statement, probe));
    SELECT regexp_replace(pg_get_triggerdef(t.oid), format(' ON (pg_temp[_0-9]*[.])?%s ', pg_temp.fixfold_pattern(quote_ident(c.relname))),
                          format(' ON %s ', replace(relation::text, E'\\', E'\\\\'))) INTO spelled
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.oid = probe::regclass AND NOT tgisinternal;
    PERFORM pg_temp.fixfold_drop_probe(probe);
    RETURN spelled;
END
$fixfold$;
