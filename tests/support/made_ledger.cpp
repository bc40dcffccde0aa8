#include "tests/support/made_ledger.h"

#include <utility>

#include "firmware/core/base/coding.h"

namespace counterfoil::test {
namespace {

std::string line_of(const std::string& bytes, const std::optional<crypto::Signature>& signature) {
    std::string line;
    ledger::append_line(line, bytes, signature);
    line.pop_back();
    return line;
}

std::string bytes_of(const std::string& line) {
    return line.substr(0, line.find('\t'));
}

}  // namespace

MadeLedger::MadeLedger(int events, const std::string& terminal, std::uint64_t seed,
                       std::int64_t epoch)
    : till_(std::make_shared<TestTill>(seed, terminal)), epoch_(epoch) {
    lines_.push_back(ledger::write_header({terminal, epoch_, till_->certificates}));
    add("genesis", ledger::genesis_body(till_->boot, till_->certificates).write().value());
    for (int i = 1; i < events; ++i)
        add("drawer_opened", "{\"reason\":\"" + std::to_string(i) + "\"}");
}

std::string MadeLedger::write(const std::string& type, const std::string& body) const {
    ledger::Envelope envelope;
    envelope.terminal = till_->certificates.front().name();
    envelope.epoch = epoch_;
    envelope.seq = static_cast<std::int64_t>(lines_.size());
    envelope.prev = head_;
    envelope.at = {kMorning.unix_ms + envelope.seq * 1000};
    envelope.boot = till_->boot;
    envelope.mono_ms = 4000 + envelope.seq;
    envelope.staff = "anna";
    envelope.type = *ledger::type_from_name(type);
    return ledger::write_event(envelope, body).value();
}

void MadeLedger::append(const std::string& bytes, bool is_signed) {
    head_ = ledger::event_hash(bytes);
    std::optional<crypto::Signature> signature;
    if (is_signed) signature = till_->key.sign(head_).value();
    lines_.push_back(line_of(bytes, signature));
    events_.push_back({bytes, signature});
}

void MadeLedger::add(const std::string& type, const std::string& body) {
    append(write(type, body), unsigned_from_ == 0);
}

void MadeLedger::fail_signer() {
    CF_CHECK(unsigned_from_ == 0);
    unsigned_from_ = lines_.size();
    add("signer_failed", R"({"reason":"test"})");
}

void MadeLedger::recover_signer() {
    CF_CHECK(unsigned_from_ != 0);
    const std::size_t first = std::exchange(unsigned_from_, 0);
    json::Object body;
    body.set("first", static_cast<std::int64_t>(first))
        .set("last", static_cast<std::int64_t>(lines_.size()) - 1);
    add("signer_recovered", body.write().value());
}

void MadeLedger::add_unsigned(const std::string& type, const std::string& body) {
    append(write(type, body), false);
}

void MadeLedger::add_newer() {
    append("{\"v\":9,\"terminal\":\"" + till_->certificates.front().name() + "\",\"epoch\":" +
               std::to_string(epoch_) + ",\"seq\":" + std::to_string(lines_.size()) +
               ",\"prev\":\"" + base::to_hex(head_) + "\",\"other\":[1,2,3]}",
           true);
}

std::string MadeLedger::signed_by_another_key(std::size_t seq) const {
    const std::string bytes = bytes_of(lines_[seq]);
    TestTill other(999);
    return line_of(bytes, other.key.sign(ledger::event_hash(bytes)).value());
}

std::string MadeLedger::forked(std::size_t seq) const {
    std::string bytes = bytes_of(lines_[seq]);
    const std::size_t at = bytes.find("\"mono_ms\":4");
    bytes.replace(at, 11, "\"mono_ms\":6");
    const std::size_t type = bytes.find("genesis");
    if (type != std::string::npos) bytes.replace(type, 7, "boot");
    return line_of(bytes, till_->key.sign(ledger::event_hash(bytes)).value());
}

std::string MadeLedger::join(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
}

ledger::Verdict verify_rest(ledger::ExportVerifier verifier, std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) {
            verifier.fail(ledger::Fault::line_truncated);
            break;
        }
        if (!verifier.add(text.substr(0, end))) break;
        text.remove_prefix(end + 1);
    }
    return verifier.finish();
}

}  // namespace counterfoil::test
