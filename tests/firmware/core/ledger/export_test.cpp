#include "firmware/core/ledger/export.h"

#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "firmware/core/base/coding.h"
#include "tests/support/made_ledger.h"

namespace counterfoil::ledger {
namespace {

using test::MadeLedger;

Verdict verify(const std::string& text, const VerifyOptions& options = {}) {
    std::istringstream in(text);
    return verify_export(in, options);
}

std::string told(const Verdict& verdict) {
    if (const auto* summary = std::get_if<Summary>(&verdict))
        return "ok " + std::to_string(summary->events);
    const auto& finding = std::get<Finding>(verdict);
    return std::to_string(finding.record) + " " + std::string(fault_name(finding.fault));
}

VerifyOptions with_head(const crypto::Digest& head) {
    VerifyOptions options;
    options.head = head;
    return options;
}

// Lines 0 to 12: a header and twelve events.
class ExportVerify : public testing::Test {
  protected:
    std::string text() const { return MadeLedger::join(lines_); }

    MadeLedger ledger_{12};
    std::vector<std::string> lines_ = ledger_.lines();
};

TEST_F(ExportVerify, AcceptsWhatTheTerminalRecorded) {
    EXPECT_EQ(told(verify(text())), "ok 12");
    EXPECT_EQ(std::get<Summary>(verify(text(), with_head(ledger_.head()))).head, ledger_.head());
}

TEST_F(ExportVerify, NamesADeletedEvent) {
    lines_.erase(lines_.begin() + 5);
    EXPECT_EQ(told(verify(text())), "5 event_missing");
}

TEST_F(ExportVerify, NamesSwappedEvents) {
    std::swap(lines_[5], lines_[6]);
    EXPECT_EQ(told(verify(text())), "5 event_out_of_order");
}

TEST_F(ExportVerify, NamesEventsSwappedFarApart) {
    std::swap(lines_[3], lines_[10]);
    EXPECT_EQ(told(verify(text())), "3 event_out_of_order");
}

TEST_F(ExportVerify, NamesADuplicatedEvent) {
    lines_.insert(lines_.begin() + 6, lines_[5]);
    EXPECT_EQ(told(verify(text())), "6 event_repeated");
}

TEST_F(ExportVerify, NamesADuplicateFarFromItsOriginal) {
    lines_.push_back(lines_[2]);
    EXPECT_EQ(told(verify(text())), "13 event_repeated");
}

TEST_F(ExportVerify, NamesASignatureByAnotherKey) {
    lines_[7] = ledger_.signed_by_another_key(7);
    EXPECT_EQ(told(verify(text())), "7 signature_wrong");
}

TEST_F(ExportVerify, NamesAnAlteredEvent) {
    lines_[7].replace(lines_[7].find("anna"), 4, "bela");
    EXPECT_EQ(told(verify(text())), "7 event_altered");
}

TEST_F(ExportVerify, NamesAnAlteredNumber) {
    lines_[7].replace(lines_[7].find("\"seq\":7"), 7, "\"seq\":9");
    EXPECT_EQ(told(verify(text())), "7 event_altered");
}

TEST_F(ExportVerify, NamesATruncatedTailWhenTheHeadIsKnown) {
    lines_.pop_back();
    EXPECT_EQ(told(verify(text())), "ok 11");
    EXPECT_EQ(told(verify(text(), with_head(ledger_.head()))), "11 head_mismatch");
}

TEST_F(ExportVerify, NamesALineThatIsCutOff) {
    std::string cut = text();
    cut.pop_back();
    EXPECT_EQ(told(verify(cut)), "12 line_truncated");
}

TEST_F(ExportVerify, NamesAForkSignedByTheTerminal) {
    lines_.insert(lines_.begin() + 6, ledger_.forked(5));
    EXPECT_EQ(told(verify(text())), "6 event_forked");
}

TEST_F(ExportVerify, NamesAnEventWithoutASignature) {
    lines_[7] = lines_[7].substr(0, lines_[7].find('\t') + 1);
    EXPECT_EQ(told(verify(text())), "7 signature_missing");
}

TEST_F(ExportVerify, NamesAnotherTerminalsEvent) {
    const MadeLedger other(12, "T02");
    lines_[7] = other.lines()[7];
    EXPECT_EQ(told(verify(text())), "7 wrong_terminal");
}

TEST_F(ExportVerify, NamesAnotherTerminalsCertificate) {
    const MadeLedger other(2, "T01", 77);
    lines_[0] = other.lines()[0];
    EXPECT_EQ(told(verify(text())), "1 certificate_mismatch");
}

TEST_F(ExportVerify, NamesAMissingGenesis) {
    lines_[1] = ledger_.forked(1);
    lines_.resize(2);
    EXPECT_EQ(told(verify(text())), "1 genesis_missing");
}

TEST_F(ExportVerify, AsksForTheRootItWasGiven) {
    VerifyOptions options;
    options.root = ledger_.certificates().back();
    EXPECT_EQ(told(verify(text(), options)), "ok 12");
    options.root = MadeLedger(1, "T02", 9).certificates().back();
    EXPECT_EQ(told(verify(text(), options)), "0 bad_certificate");
}

TEST_F(ExportVerify, RefusesWhatIsNoExport) {
    EXPECT_EQ(told(verify("")), "0 empty");
    EXPECT_EQ(told(verify("\n")), "0 header_malformed");
    EXPECT_EQ(told(verify("hello\n")), "0 header_malformed");
    EXPECT_EQ(told(verify(lines_[0] + "\n")), "0 empty");
    EXPECT_EQ(told(verify(std::string(100'000, 'x'))), "0 line_too_long");
    EXPECT_EQ(told(verify(lines_[0] + "\n" + std::string(100'000, '{'))), "1 line_too_long");
    EXPECT_EQ(told(verify(lines_[0] + "\n" + std::string(20'000, '{') + "\t\n")),
              "1 event_malformed");
}

TEST_F(ExportVerify, AcceptsEventsThatARecoveryVouchesFor) {
    MadeLedger ledger(3);
    ledger.add_unsigned("signer_failed", "{\"reason\":\"test\"}");
    ledger.add_unsigned("drawer_opened", "{}");
    EXPECT_EQ(told(verify(MadeLedger::join(ledger.lines()))), "4 unsigned_tail");
    MadeLedger wrong = ledger;
    wrong.add("signer_recovered", "{\"first\":4,\"last\":4}");
    EXPECT_EQ(told(verify(MadeLedger::join(wrong.lines()))), "6 signature_missing");
    wrong = ledger;
    wrong.add_unsigned("signer_recovered", "{\"first\":4,\"last\":5}");
    EXPECT_EQ(told(verify(MadeLedger::join(wrong.lines()))), "6 signature_missing");
    ledger.add("signer_recovered", "{\"first\":4,\"last\":5}");
    ledger.add("drawer_opened", "{}");
    const Verdict verdict = verify(MadeLedger::join(ledger.lines()));
    ASSERT_EQ(told(verdict), "ok 7");
    EXPECT_EQ(std::get<Summary>(verdict).unsigned_events, 2);
}

TEST_F(ExportVerify, FollowsEventsOfANewerVersionWithoutGuessing) {
    MadeLedger ledger(3);
    ledger.add_newer();
    ledger.add("drawer_opened", "{}");
    const Verdict verdict = verify(MadeLedger::join(ledger.lines()));
    ASSERT_EQ(told(verdict), "ok 5");
    EXPECT_EQ(std::get<Summary>(verdict).newer_events, 1);
}

// One signature in n still finds every change of an event, because the chain covers it.
TEST_F(ExportVerify, FindsAlteredEventsFromSampledSignatures) {
    VerifyOptions sample;
    sample.signature_every = 256;
    EXPECT_EQ(told(verify(text(), sample)), "ok 12");
    for (std::size_t i = 1; i <= 12; ++i) {
        auto changed = lines_;
        const std::size_t at = changed[i].find("\"mono_ms\":4");
        changed[i].replace(at, 11, "\"mono_ms\":5");
        const std::string found = told(verify(MadeLedger::join(changed), sample));
        EXPECT_EQ(found, std::to_string(i) + (i < 12 ? " event_altered" : " signature_wrong"));
    }
}

// The same ledger without its first five events.
class PrunedExport : public ExportVerify {
  protected:
    PrunedExport() {
        lines_.erase(lines_.begin() + 1, lines_.begin() + 6);
        put_base({5, hash(5)});
    }

    crypto::Digest hash(std::size_t seq) const {
        return event_hash(ledger_.events().at(seq - 1).bytes);
    }
    void put_base(const Base& base) {
        if (is_base(lines_[1])) lines_.erase(lines_.begin() + 1);
        lines_.insert(lines_.begin() + 1, write_base(base));
    }
    VerifyOptions with_receipt(std::int64_t seq) const {
        VerifyOptions options;
        options.receipt.emplace();
        options.receipt->terminal = "T01";
        options.receipt->seq = seq;
        options.receipt->head = hash(static_cast<std::size_t>(seq));
        return options;
    }
};

TEST_F(PrunedExport, IsProvenFromItsBaseOn) {
    const Verdict verdict = verify(text(), with_head(ledger_.head()));
    ASSERT_EQ(told(verdict), "ok 7");
    EXPECT_EQ(std::get<Summary>(verdict).base, (Base{5, hash(5)}));
}

TEST_F(PrunedExport, NamesItsRecordsByTheirNumbers) {
    lines_[4].replace(lines_[4].find("anna"), 4, "bela");
    EXPECT_EQ(told(verify(text())), "8 event_altered");
}

TEST_F(PrunedExport, ItsFirstEventTellsAnAlteredBase) {
    Base base{5, hash(5)};
    base.head[0] ^= 1;
    put_base(base);
    EXPECT_EQ(told(verify(text())), "6 link_broken");
    put_base({4, hash(5)});
    EXPECT_EQ(told(verify(text())), "5 event_missing");
    put_base({6, hash(6)});
    EXPECT_EQ(told(verify(text())), "7 event_repeated");
}

// The chain holds from there on, so that nothing but a receipt can tell.
TEST_F(PrunedExport, AReceiptTellsABaseThatHidesMoreThanTheCentreHas) {
    EXPECT_EQ(told(verify(text(), with_receipt(5))), "ok 7");
    EXPECT_EQ(told(verify(text(), with_receipt(9))), "ok 7");
    lines_.erase(lines_.begin() + 2);
    put_base({6, hash(6)});
    EXPECT_EQ(told(verify(text())), "ok 6");
    EXPECT_EQ(told(verify(text(), with_receipt(5))), "6 base_unreceived");
    EXPECT_EQ(told(verify(text(), with_receipt(6))), "ok 6");
}

TEST_F(PrunedExport, AReceiptIsAboutThisLedgersEvents) {
    for (const std::int64_t seq : {5, 6, 12}) {
        VerifyOptions options = with_receipt(seq);
        options.receipt->head[3] ^= 1;
        EXPECT_EQ(told(verify(text(), options)), std::to_string(seq) + " receipt_mismatch");
    }
    VerifyOptions options = with_receipt(9);
    options.receipt->epoch = 2;
    EXPECT_EQ(told(verify(text(), options)), "5 receipt_mismatch");
    options = with_receipt(9);
    options.receipt->terminal = "T02";
    EXPECT_EQ(told(verify(text(), options)), "5 receipt_mismatch");
    lines_.pop_back();
    EXPECT_EQ(told(verify(text(), with_receipt(12))), "11 head_mismatch");
}

TEST_F(PrunedExport, OnlyAReceiptStandsInForTheGenesisAndItsGrant) {
    VerifyOptions options;
    options.centre = ledger_.certificates().front();
    EXPECT_EQ(told(verify(text(), options)), "5 grant_missing");
    options.receipt = with_receipt(9).receipt;
    EXPECT_EQ(told(verify(text(), options)), "ok 7");
}

TEST_F(PrunedExport, ABaseHasOneForm) {
    const std::string sound = lines_[1];
    for (const char* wrong :
         {R"({"counterfoil":"base"})", R"({"counterfoil":"base","v":2,"seq":5,"head":""})",
          R"({"counterfoil":"base","v":1,"seq":0,"head":"00"})"}) {
        lines_[1] = wrong;
        EXPECT_EQ(told(verify(text())), "0 base_malformed") << wrong;
    }
    lines_[1] = sound + " ";
    EXPECT_EQ(told(verify(text())), "0 base_malformed");
    lines_[1] = sound;
    lines_.insert(lines_.begin() + 4, sound);
    EXPECT_EQ(told(verify(text())), "8 event_malformed");
    lines_.resize(2);
    EXPECT_EQ(told(verify(text())), "0 empty");
}

TEST_F(PrunedExport, AWholeLedgerIsComparedWithAReceiptToo) {
    lines_ = ledger_.lines();
    EXPECT_EQ(told(verify(text(), with_receipt(9))), "ok 12");
    VerifyOptions options = with_receipt(9);
    options.receipt->head = hash(8);
    EXPECT_EQ(told(verify(text(), options)), "9 receipt_mismatch");
}

// Every flip is tried from a verifier that stands right before the changed line, which is what
// makes this many affordable.
TEST(ExportVerifyFlips, EverySingleBitFlipOfALedgerIsReported) {
    const MadeLedger ledger(12);
    const auto lines = ledger.lines();
    const std::string whole = MadeLedger::join(lines);
    const std::size_t bits = whole.size() * 8;
    ASSERT_GE(bits, 20'000u) << "the ledger is too small for the number of flips promised";
    std::vector<ExportVerifier> before;
    std::vector<std::size_t> starts;
    ExportVerifier verifier(with_head(ledger.head()));
    std::size_t start = 0;
    for (const std::string& line : lines) {
        before.push_back(verifier);
        starts.push_back(start);
        start += line.size() + 1;
        verifier.add(line);
    }
    ASSERT_EQ(told(verifier.finish()), "ok 12");
    std::size_t reported = 0;
    std::string flipped = whole;
    for (std::size_t bit = 0; bit < bits; ++bit) {
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        std::size_t line = starts.size() - 1;
        while (starts[line] > bit / 8) --line;
        const Verdict verdict =
            test::verify_rest(before[line], std::string_view(flipped).substr(starts[line]));
        const auto* finding = std::get_if<Finding>(&verdict);
        ASSERT_NE(finding, nullptr) << "bit " << bit << " of line " << line << " went unseen";
        // The flip of a line's end makes one bad line of two.
        ASSERT_LE(std::abs(finding->record - static_cast<std::int64_t>(line)), 1) << "bit " << bit;
        reported += 1;
        flipped[bit / 8] = whole[bit / 8];
    }
    EXPECT_EQ(reported, bits);
}

}  // namespace
}  // namespace counterfoil::ledger
