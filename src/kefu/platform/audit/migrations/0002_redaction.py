from django.db import migrations, models

GUARD = """
CREATE OR REPLACE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.seq IS NULL AND NEW.seq IS NOT NULL AND NEW.redacted_at IS NULL
        AND (to_jsonb(OLD) - '{seq,previous,hash,sealed_at,salt,proof}'::text[])
            = (to_jsonb(NEW) - '{seq,previous,hash,sealed_at,salt,proof}'::text[]) THEN
        RETURN NEW;
    END IF;
    -- Erasing a person: what may name somebody changes, what the chain binds does not, and the salt goes.
    IF TG_OP = 'UPDATE' AND OLD.seq IS NOT NULL AND NEW.redacted_at IS NOT NULL AND NEW.salt IS NULL
        AND (to_jsonb(OLD) - '{actor_label,ip,cause,target,before,after,reason,salt,redacted_at}'::text[])
            = (to_jsonb(NEW) - '{actor_label,ip,cause,target,before,after,reason,salt,redacted_at}'::text[]) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit entries are append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
"""
UNGUARD = """
CREATE OR REPLACE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.seq IS NULL AND NEW.seq IS NOT NULL
        AND (to_jsonb(OLD) - '{seq,previous,hash,sealed_at}'::text[])
            = (to_jsonb(NEW) - '{seq,previous,hash,sealed_at}'::text[]) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit entries are append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.AddField("auditentry", "salt", models.BinaryField(blank=True, null=True)),
        migrations.AddField("auditentry", "proof", models.BinaryField(blank=True, null=True)),
        migrations.AddField("auditentry", "redacted_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddConstraint(
            "auditentry",
            models.CheckConstraint(
                condition=models.Q(redacted_at__isnull=True)
                | models.Q(salt__isnull=True, seq__isnull=False, redacted_at__isnull=False),
                name="audit_entry_redacted_whole",
            ),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
