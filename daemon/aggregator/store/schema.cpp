#include "daemon/aggregator/store/migrations.h"

#include <array>

namespace counterfoil::store {
namespace {

constexpr std::array<Migration, 8> kMigrations{{{1, R"sql(
    CREATE TABLE terminal (
        name TEXT PRIMARY KEY,
        store {integer} NOT NULL,
        certificate {blob} NOT NULL,  -- its own, DER
        revoked {integer} NOT NULL DEFAULT 0
    ) {strict};

    -- How far a terminal's ledger is held.
    CREATE TABLE ledger (
        terminal TEXT NOT NULL,
        epoch {integer} NOT NULL,
        seq {integer} NOT NULL,
        head {blob} NOT NULL,
        receipt {integer} NOT NULL DEFAULT 0,  -- the highest number that was given
        frozen {integer} NOT NULL DEFAULT 0,
        incarnation TEXT,  -- of its genesis; before that has come, of who asked first
        PRIMARY KEY (terminal, epoch)
    ) {strict};
    {undeleted ledger};

    -- The events, as they came. What a batch repeats of an earlier one is before its from_seq.
    CREATE TABLE batch (
        terminal TEXT NOT NULL,
        epoch {integer} NOT NULL,
        to_seq {integer} NOT NULL,
        from_seq {integer} NOT NULL,
        head {blob} NOT NULL,
        at_ms {integer} NOT NULL,
        bytes {blob} NOT NULL,
        PRIMARY KEY (terminal, epoch, to_seq)
    ) {strict};
    {unchanged batch};

    -- Two signed histories of one ledger: the batch that came second, from where they part.
    CREATE TABLE fork (
        terminal TEXT NOT NULL,
        epoch {integer} NOT NULL,
        seq {integer} NOT NULL,
        head {blob} NOT NULL,
        at_ms {integer} NOT NULL,
        bytes {blob} NOT NULL,
        PRIMARY KEY (terminal, epoch, seq, head)
    ) {strict};
    {unchanged fork};

    -- What could not be taken at all.
    CREATE TABLE quarantine (
        digest {blob} PRIMARY KEY,
        terminal TEXT NOT NULL,
        reason TEXT NOT NULL,
        at_ms {integer} NOT NULL,
        bytes {blob} NOT NULL
    ) {strict};

    CREATE INDEX quarantine_terminal ON quarantine (terminal);

    -- What the audit has found in what is kept.
    CREATE TABLE audit_finding (
        terminal TEXT NOT NULL,
        epoch {integer} NOT NULL,
        seq {integer} NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (terminal, epoch, seq, reason)
    ) {strict};

    -- From here on: what the events amount to. It can be made anew from them.
    CREATE TABLE purchase (
        terminal TEXT NOT NULL,
        epoch {integer} NOT NULL,
        seq {integer} NOT NULL,
        receipt {integer} NOT NULL,
        kind TEXT NOT NULL,  -- sale, refund, void
        shift TEXT NOT NULL,
        staff TEXT NOT NULL,
        at_ms {integer} NOT NULL,
        member TEXT,
        member_key {integer},  -- a short hash of the member's id: what is looked up
        original {integer},  -- of a refund or void: the sale's receipt
        currency TEXT NOT NULL,
        total_minor {integer} NOT NULL,  -- below nothing where it was given back
        points {integer} NOT NULL,
        PRIMARY KEY (terminal, epoch, seq)
    ) {clustered};
    CREATE INDEX purchase_member ON purchase (member_key, at_ms) WHERE member_key IS NOT NULL;
    CREATE INDEX purchase_at ON purchase (at_ms);

    CREATE TABLE member (
        id TEXT PRIMARY KEY,
        points {integer} NOT NULL,
        spent_minor {integer} NOT NULL,
        visits {integer} NOT NULL
    ) {clustered};

    CREATE TABLE coupon_use (
        terminal TEXT NOT NULL,
        epoch {integer} NOT NULL,
        seq {integer} NOT NULL,
        coupon TEXT NOT NULL,
        receipt {integer} NOT NULL,
        uses {integer} NOT NULL,  -- -1: it was given back
        PRIMARY KEY (terminal, epoch, seq)
    ) {clustered};
    CREATE INDEX coupon_use_coupon ON coupon_use (coupon);

    CREATE TABLE shift (
        terminal TEXT NOT NULL,
        epoch {integer} NOT NULL,
        seq {integer} NOT NULL,  -- of its Z report
        name TEXT NOT NULL,
        number {integer} NOT NULL,
        sales {integer} NOT NULL,
        sales_minor {integer} NOT NULL,
        refunds {integer} NOT NULL,
        refunded_minor {integer} NOT NULL,
        expected_minor {integer} NOT NULL,
        counted_minor {integer} NOT NULL,
        PRIMARY KEY (terminal, epoch, seq)
    ) {clustered};

    CREATE TABLE terminal_figures (
        terminal TEXT NOT NULL,
        epoch {integer} NOT NULL,
        events {integer} NOT NULL,
        sales {integer} NOT NULL,
        sales_minor {integer} NOT NULL,
        given_back {integer} NOT NULL,
        given_back_minor {integer} NOT NULL,
        trainings {integer} NOT NULL,
        PRIMARY KEY (terminal, epoch)
    ) {clustered};

    -- Facts that happened and should not have, or that this program cannot read yet.
    CREATE TABLE flag (
        terminal TEXT NOT NULL,
        epoch {integer} NOT NULL,
        seq {integer} NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (terminal, epoch, seq, reason)
    ) {clustered};
)sql"},
                                                {2, R"sql(
    -- Told by the events of the centre's own ledger. Whoever signs in or collects points:
    CREATE TABLE account (
        id TEXT PRIMARY KEY,
        number {integer} NOT NULL UNIQUE,  -- in the order in which they were made
        business {integer} NOT NULL,
        role TEXT NOT NULL,  -- customer, admin
        tier TEXT NOT NULL,
        generation {integer} NOT NULL,  -- what proves a lower one counts no longer
        removed {integer} NOT NULL,
        created_ms {integer} NOT NULL,
        updated_ms {integer} NOT NULL
    ) {clustered};
    CREATE INDEX account_of_role ON account (role, removed, number);
    CREATE INDEX account_of_tier ON account (role, removed, tier, number);

    -- How many accounts there are, a thousand numbers a row.
    CREATE TABLE account_page (
        role TEXT NOT NULL,
        tier TEXT NOT NULL,
        page {integer} NOT NULL,
        accounts {integer} NOT NULL,
        PRIMARY KEY (role, tier, page)
    ) {clustered};

    -- Who they are: sealed in the events, and gone with the account.
    CREATE TABLE profile (
        account TEXT PRIMARY KEY,
        loyalty_id TEXT UNIQUE,
        name TEXT NOT NULL,
        email TEXT NOT NULL,
        email_key TEXT NOT NULL,  -- its letters small
        phone TEXT NOT NULL,
        pin_hash TEXT NOT NULL,
        password_hash TEXT NOT NULL
    ) {clustered};
    CREATE INDEX profile_email ON profile (email_key);

    -- What a caller numbers its purchases by, each once.
    CREATE TABLE external_receipt (
        reference TEXT PRIMARY KEY,
        terminal TEXT NOT NULL,
        epoch {integer} NOT NULL,
        seq {integer} NOT NULL,
        UNIQUE (terminal, epoch, seq)
    ) {clustered};

    CREATE TABLE coupon (
        id TEXT PRIMARY KEY,
        code TEXT NOT NULL UNIQUE,
        value_minor {integer} NOT NULL,
        price_points {integer} NOT NULL,
        holder TEXT,
        state TEXT NOT NULL,  -- AVAILABLE, ASSIGNED, ...: before a lock that has run out is settled
        lock_owner TEXT,
        lock_until_ms {integer},
        uses {integer} NOT NULL,
        used {integer} NOT NULL,
        created_ms {integer} NOT NULL,
        redeemed_ms {integer},
        book TEXT,
        place {integer}  -- in its book, from 1 without a gap
    ) {clustered};
    CREATE INDEX coupon_holder ON coupon (holder, created_ms, id) WHERE holder IS NOT NULL;
    CREATE UNIQUE INDEX coupon_place ON coupon (book, place) WHERE book IS NOT NULL;
    CREATE INDEX coupon_state ON coupon (book, state, place) WHERE book IS NOT NULL;
    CREATE INDEX coupon_of_book ON coupon (holder, book) WHERE book IS NOT NULL;

    CREATE TABLE book (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        name_key TEXT NOT NULL,  -- its letters small
        prefix TEXT NOT NULL,
        suffix TEXT NOT NULL,
        length {integer} NOT NULL,  -- 0: its codes come from elsewhere
        charset TEXT NOT NULL,
        is_multiple {integer} NOT NULL,
        uses {integer} NOT NULL,
        max_redemptions {integer} NOT NULL,  -- of one account; 0: no limit
        max_assignments {integer} NOT NULL,
        value_minor {integer} NOT NULL,
        expires_ms {integer},
        codes {integer} NOT NULL,
        created_ms {integer} NOT NULL
    ) {clustered};

    -- Each use of a coupon, from 1.
    CREATE TABLE redemption (
        coupon TEXT NOT NULL,
        number {integer} NOT NULL,
        book TEXT,
        account TEXT,  -- whose it was
        redeemed_by TEXT,
        at_ms {integer} NOT NULL,
        PRIMARY KEY (coupon, number)
    ) {clustered};
    CREATE INDEX redemption_account ON redemption (account, at_ms) WHERE account IS NOT NULL;
    CREATE INDEX redemption_book ON redemption (book, account) WHERE book IS NOT NULL;

    CREATE TABLE pool (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        description TEXT NOT NULL,
        created_ms {integer} NOT NULL
    ) {clustered};
    CREATE TABLE pool_member (
        pool TEXT NOT NULL,
        account TEXT NOT NULL,
        joined_ms {integer} NOT NULL,
        PRIMARY KEY (pool, account)
    ) {clustered};
    CREATE INDEX pool_member_account ON pool_member (account);

    -- Told by no ledger. Destroyed with its account: then nobody reads what was sealed.
    CREATE TABLE account_key (
        account TEXT PRIMARY KEY,
        key {blob} NOT NULL
    ) {strict};

    -- Who is signed in where.
    CREATE TABLE session (
        id TEXT PRIMARY KEY,
        account TEXT NOT NULL,
        secret {blob} NOT NULL,  -- its hash; changes at each use
        address TEXT NOT NULL,
        created_ms {integer} NOT NULL,
        expires_ms {integer} NOT NULL
    ) {strict};
    CREATE INDEX session_account ON session (account);
    CREATE INDEX session_expires ON session (expires_ms);

    -- What was answered to a write, for whoever asks again with the same key.
    CREATE TABLE answered (
        account TEXT NOT NULL,
        request TEXT NOT NULL,
        digest {blob} NOT NULL,  -- of what was asked
        answer TEXT NOT NULL,
        at_ms {integer} NOT NULL,
        PRIMARY KEY (account, request)
    ) {strict};
    CREATE INDEX answered_at ON answered (at_ms);
)sql"},
                                                {3, R"sql(
    -- The first event of an end that no signature covers yet; 0: there is none.
    ALTER TABLE ledger ADD COLUMN unsigned_from {integer} NOT NULL DEFAULT 0;

    -- A finding is a run of events from its seq on, of which so many are meant.
    ALTER TABLE audit_finding ADD COLUMN events {integer} NOT NULL DEFAULT 1;

    -- Whose key signs it; nothing: the terminal's of now.
    ALTER TABLE ledger ADD COLUMN certificate {blob};
    -- That key is not believed any more, whatever the terminal has now.
    ALTER TABLE ledger ADD COLUMN revoked {integer} NOT NULL DEFAULT 0;
)sql"},
                                                {4, R"sql(
    -- Told by no ledger. By whom a terminal may be set up, once.
    CREATE TABLE terminal_code (
        hash {blob} PRIMARY KEY,
        terminal TEXT NOT NULL,
        store {integer} NOT NULL,
        expires_ms {integer} NOT NULL,
        request {blob},  -- the hash of the request that it was used for
        certificate {blob},  -- which that was answered with
        epoch {integer}
    ) {strict};
    CREATE INDEX terminal_code_expires ON terminal_code (expires_ms);

    -- When a terminal was heard last and, where it said so, how far its own ledger went.
    CREATE TABLE terminal_contact (
        terminal TEXT PRIMARY KEY,
        seen_ms {integer} NOT NULL,
        epoch {integer},
        seq {integer}
    ) {clustered};

    -- What was brought in from elsewhere, so that whoever asks again is told.
    CREATE TABLE import_done (
        id TEXT PRIMARY KEY,
        at_ms {integer} NOT NULL,
        customers {integer} NOT NULL,
        purchases {integer} NOT NULL,
        coupons {integer} NOT NULL
    ) {strict};
)sql"},
                                                {5, R"sql(
    -- All coupons, the latest first.
    CREATE INDEX coupon_created ON coupon (created_ms, id);

    -- Whose data an answer tells: it goes with that account, and what is left of it is nothing.
    ALTER TABLE answered ADD COLUMN about TEXT;
    CREATE INDEX answered_about ON answered (about) WHERE about IS NOT NULL;
)sql"},
                                                {6, R"sql(
    -- What terminals hold a copy of: up to which version each class has come. The row without a
    -- name is where versions begin.
    CREATE TABLE data_class (
        name TEXT PRIMARY KEY,
        version {integer} NOT NULL
    ) {strict};

    -- Terminals are told of those who have an account.
    ALTER TABLE member ADD COLUMN is_account {integer} NOT NULL DEFAULT 0;
    ALTER TABLE member ADD COLUMN version {integer} NOT NULL DEFAULT 0;
    UPDATE member SET is_account = 1, version = a.number FROM account a WHERE a.id = member.id;
    CREATE INDEX member_version ON member (version) WHERE is_account = 1;
    INSERT INTO data_class SELECT 'members', MAX(version) FROM member WHERE is_account = 1
        HAVING MAX(version) > 0;

    ALTER TABLE coupon ADD COLUMN version {integer} NOT NULL DEFAULT 0;
    UPDATE coupon SET version = o.place FROM
        (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS place FROM coupon) o WHERE o.id = coupon.id;
    CREATE INDEX coupon_version ON coupon (version);
    CREATE INDEX coupon_serial ON coupon (replace(substr(id, 20), '-', ''));
    INSERT INTO data_class SELECT 'coupons', MAX(version) FROM coupon HAVING MAX(version) > 0;

    ALTER TABLE book ADD COLUMN number {integer} NOT NULL DEFAULT 0;  -- at terminals
    ALTER TABLE book ADD COLUMN version {integer} NOT NULL DEFAULT 0;
    UPDATE book SET number = o.place + 1, version = o.place FROM
        (SELECT id, ROW_NUMBER() OVER (ORDER BY created_ms, id) AS place FROM book) o
        WHERE o.id = book.id;
    INSERT INTO data_class SELECT 'books', (SELECT COUNT(*) FROM book) + 1
        WHERE EXISTS (SELECT 1 FROM coupon) OR EXISTS (SELECT 1 FROM book);

    -- What was removed stays as a row, so that terminals hear of it.
    CREATE TABLE product (
        gtin {integer} PRIMARY KEY,
        plu {integer} UNIQUE,
        name TEXT NOT NULL,
        category TEXT NOT NULL,
        unit_price_minor {integer} NOT NULL,
        vat_basis_points {integer} NOT NULL,
        sold_by TEXT NOT NULL,  -- piece, weight
        removed {integer} NOT NULL,
        version {integer} NOT NULL
    ) {clustered};
    CREATE INDEX product_version ON product (version);
    CREATE TABLE staff_member (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        role TEXT NOT NULL,  -- cashier, manager
        pin_hash TEXT NOT NULL,
        removed {integer} NOT NULL,
        version {integer} NOT NULL
    ) {clustered};
    CREATE TABLE shop_setting (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL,  -- JSON
        removed {integer} NOT NULL,
        version {integer} NOT NULL
    ) {clustered};
)sql"},
                                                {7, R"sql(
    -- Told by no ledger. What the centre's authority has issued and has not run out.
    CREATE TABLE issued_certificate (
        fingerprint {blob} PRIMARY KEY,
        terminal TEXT NOT NULL,
        purpose TEXT NOT NULL,  -- ledger or link
        serial {blob} NOT NULL,
        not_after_ms {integer} NOT NULL,
        revoked_ms {integer},
        request {blob} NOT NULL,  -- the hash of what it was asked for with
        certificate {blob} NOT NULL
    ) {strict};
    CREATE INDEX issued_terminal ON issued_certificate (terminal, request);

    -- What else a code was answered with.
    ALTER TABLE terminal_code ADD COLUMN link {blob};
    ALTER TABLE terminal_code ADD COLUMN granted_ms {integer};
    ALTER TABLE terminal_code ADD COLUMN grant_signature {blob};
)sql"},
                                                {8, R"sql(
    -- Of its uses, those that tills have recorded: the sum of coupon_use.
    ALTER TABLE coupon ADD COLUMN at_tills {integer} NOT NULL DEFAULT 0;
    UPDATE coupon SET at_tills = (SELECT SUM(u.uses) FROM coupon_use u
        WHERE u.coupon = replace(substr(coupon.id, 20), '-', ''))
        WHERE replace(substr(id, 20), '-', '') IN (SELECT coupon FROM coupon_use);

    -- How many coupons a book has in each state. REDEEMED is also what tills have spent all of.
    CREATE TABLE book_state (
        book TEXT NOT NULL,
        state TEXT NOT NULL,
        coupons {integer} NOT NULL,
        PRIMARY KEY (book, state)
    ) {clustered};
    INSERT INTO book_state SELECT book, CASE WHEN state IN ('AVAILABLE', 'ASSIGNED', 'LOCKED')
        AND uses - used <= at_tills THEN 'REDEEMED' ELSE state END, COUNT(*)
        FROM coupon WHERE book IS NOT NULL GROUP BY 1, 2;
    DROP INDEX coupon_state;
    CREATE INDEX coupon_told ON coupon (book, (CASE WHEN state IN ('AVAILABLE', 'ASSIGNED',
        'LOCKED') AND uses - used <= at_tills THEN 'REDEEMED' ELSE state END), place)
        WHERE book IS NOT NULL;
)sql"}}};

}  // namespace

std::span<const Migration> migrations() {
    return kMigrations;
}

}  // namespace counterfoil::store
