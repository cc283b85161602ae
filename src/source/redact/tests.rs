use proptest::prelude::*;

use super::*;

fn redacted(file: &str, text: &str) -> String {
    redact(file, text.to_owned()).0
}

/// Forms in which what stands for `¤` must not survive.
const SECRET_FORMS: &[(&str, &str)] = &[
    ("a.py", "url = 'postgresql://app:¤@db.example:5432/app'"),
    (
        "a.py",
        "url = f\"postgresql+asyncpg://{user}:¤@{host}/app\"",
    ),
    ("a.py", "password = \"¤\""),
    (
        "a.py",
        "psycopg2.connect(host='db', password='¤', user='app')",
    ),
    (
        "a.py",
        "conn = connect(\"host=db user=app password=¤ dbname=app\")",
    ),
    ("a.py", "conn = connect('password=¤ host=db')"),
    ("a.py", "    DB_PASSWORD: str = '¤'"),
    ("a.py", "os.environ['PGPASSWORD'] = '¤'"),
    ("a.py", "pw = os.getenv('DB_PASSWORD', '¤')"),
    ("a.py", "parser.add_argument('--password', default='¤')"),
    ("a.py", "os.system('PGPASSWORD=¤ psql -h db')"),
    (
        "a.py",
        "json={\"email\": \"a@b.example\", \"password\": \"¤\"}",
    ),
    ("a.py", "body = '{\"password\": \"¤\"}'"),
    ("a.py", "body = \"{\\\"password\\\": \\\"¤\\\"}\""),
    (
        "a.py",
        "cur.execute(\"UPDATE users SET password = '¤' WHERE id = 1\")",
    ),
    ("a.py", "hashed = get_password_hash(\"¤\")"),
    ("a.py", "headers = {'Authorization': 'Bearer ¤¤¤'}"),
    ("a.py", "API_KEY = '¤'"),
    ("a.py", "requests.get(f'{base}/x?token=¤&y=1')"),
    ("a.py", "if admin_password == '¤':"),
    ("a.sql", "CREATE ROLE app LOGIN PASSWORD '¤';"),
    (
        "a.sql",
        "UPDATE users SET hash = crypt('¤', gen_salt('bf'));",
    ),
    ("a.sql", "-- postgres://app:¤@db/app"),
    ("a.sh", "export PGPASSWORD=¤"),
    ("a.sh", "psql \"postgres://app:¤@db/app\" -f fix.sql"),
    ("a.sh", "PGPASSWORD=¤ psql -h db"),
    ("alembic.ini", "sqlalchemy.url = postgresql://app:¤@db/app"),
    (".env", "JWT_SECRET=¤"),
    ("compose.yaml", "      POSTGRES_PASSWORD: ¤"),
];

/// Text that stays as it is.
const HARMLESS: &[(&str, &str)] = &[
    ("a.py", "password = os.environ['PGPASSWORD']"),
    ("a.py", "password=os.getenv(\"DB_PASSWORD\", \"\")"),
    ("a.py", "connect(host=host, password=password2, user=user)"),
    (
        "a.py",
        "connect(f'postgresql://{user}:{password}@{host}/{name}')",
    ),
    ("a.py", "url = 'postgresql://%s:%s@%s/%s' % parts"),
    (
        "a.py",
        "url = \"postgresql://\" + user + \":\" + password + \"@\" + host",
    ),
    (
        "a.py",
        "dsn = 'host=' + host + ' password=' + password + ' user=' + user",
    ),
    ("a.py", "password = ''"),
    ("a.py", "row['password']"),
    ("a.py", "data.get('password', None)"),
    (
        "a.py",
        "columns = {'password': 'VARCHAR(255) NOT NULL', 'token': 'TEXT', 'secret': 'text'}",
    ),
    (
        "a.py",
        "('reset_token', 'VARCHAR(255)'), ('api_key', 'UUID')",
    ),
    ("a.py", "print('Enter password:', value, 'again')"),
    (
        "a.py",
        "requests.get('http://localhost:8000/api?email=a@b.example')",
    ),
    ("a.py", "token_type = 'bearer'"),
    ("a.py", "secret_name: str = 'database'"),
    (
        "a.py",
        "def reset(password: str, token: str = None) -> bool:",
    ),
    ("a.py", "# Basic functionality of the bearer authentication"),
    (
        "a.sql",
        "UPDATE users SET password_hash = '$2b$12$abcdefghijklmnopqrstuv';",
    ),
    (
        "a.sql",
        "ALTER TABLE users ADD COLUMN password VARCHAR(255) DEFAULT 'x1';",
    ),
    (
        "a.sql",
        "UPDATE users SET password = :password, token = $1 WHERE id = 7;",
    ),
    (
        "a.sql",
        "CREATE TABLE t (token TEXT, secret TEXT NOT NULL);",
    ),
    ("a.sql", "COMMENT ON COLUMN users.password IS 'bcrypt';"),
    ("a.sh", "export PGPASSWORD=$DB_PASSWORD"),
    ("a.sh", "PGPASSWORD=\"${DB_PASSWORD}\" psql -h db"),
    ("a.sh", "psql \"$DATABASE_URL\" -f fix.sql"),
];

#[test]
fn harmless_text_stays() {
    for (file, text) in HARMLESS {
        assert_eq!(redacted(file, text), *text);
    }
}

#[test]
fn each_secret_is_reported_once_at_its_place() {
    for (file, form) in SECRET_FORMS {
        let secret = "Tr0ub4dor&3";
        let secret = if form.contains("Bearer") || form.contains("?token") {
            "Tr0ub4dor3"
        } else {
            secret
        };
        let text = form.replace("¤", secret);
        let (masked, masks) = redact(file, text);
        assert_eq!(masks.len(), 1, "{form}: {masked}");
        let stars = masked[masks[0].start..].starts_with("**********");
        assert!(stars, "{form}: {masked}");
    }
}

#[test]
fn private_keys_keep_their_lines() {
    let text =
        "k = '''-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabcd\n-----END RSA PRIVATE KEY-----'''\n";
    let masked = redacted("a.py", text);
    assert_eq!(
        masked,
        "k = '''-----BEGIN RSA PRIVATE KEY-----\n****\n****\n-----END RSA PRIVATE KEY-----'''\n"
    );
}

#[test]
fn issued_keys_are_known_by_their_form() {
    for key in [
        concat!("sk_", "live_4eC39HqLyjWDarjtT1zdp7dc"),
        concat!("AKIA", "IOSFODNN7EXAMPLE"),
        concat!("ghp_", "16C7e42F292c6912E7710c838347Ae178B4a"),
        concat!(
            "eyJ",
            "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N"
        ),
    ] {
        let masked = redacted("a.py", &format!("send({key:?})"));
        assert_eq!(masked, format!("send(\"{}\")", "*".repeat(key.len())));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_secret_survives_and_every_position_holds(
        secret in "[A-Za-z][A-Za-z0-9]{4,10}[0-9][A-Za-z0-9!^~_=-]{2,12}[A-Za-z0-9]",
        form in 0..SECRET_FORMS.len(),
        before in "[a-z \n]{0,20}",
    ) {
        let (file, form) = SECRET_FORMS[form];
        let secret = if form.contains("Bearer") || form.contains("?token") {
            secret.replace(|c: char| !c.is_ascii_alphanumeric(), "q")
        } else {
            secret
        };
        let text = format!("{before}\n{}\nSELECT 1\n", form.replace("¤", &secret));
        let masked = redacted(file, &text);
        prop_assert!(!masked.contains(&secret), "{masked}");
        prop_assert_eq!(masked.chars().count(), text.chars().count());
        let differs = text.chars().zip(masked.chars()).filter(|(old, new)| old != new);
        prop_assert!(differs.into_iter().all(|(_, new)| new == '*'));
    }

    #[test]
    fn any_text_is_taken(text in "\\PC{0,200}") {
        let masked = redacted("a.py", &text);
        prop_assert_eq!(masked.chars().count(), text.chars().count());
    }
}
