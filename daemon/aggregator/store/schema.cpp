#include "daemon/aggregator/store/migrations.h"

#include <array>

namespace counterfoil::store {
namespace {

constexpr std::array<Migration, 1> kMigrations{{{1, R"sql(
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
)sql"}}};

}  // namespace

std::span<const Migration> migrations() {
    return kMigrations;
}

}  // namespace counterfoil::store
