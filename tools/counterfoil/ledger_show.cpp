#include "tools/counterfoil/ledger_show.h"

#include <cerrno>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>

#include "firmware/core/base/coding.h"
#include "firmware/core/base/file.h"
#include "firmware/core/ledger/export.h"
#include "firmware/core/ledger/line_reader.h"
#include "firmware/core/money/money.h"
#include "firmware/journal/reader.h"
#include "tools/counterfoil/file_kind.h"

namespace counterfoil::tool {

using base::Code;
using base::Error;
using base::Status;

namespace {

using Visitor = std::function<Status(std::string_view bytes, std::string_view signature)>;

void note_base(const ledger::Base& base) {
    if (base.seq == 0) return;
    std::cerr << "note: events up to " << base.seq
              << " were pruned; the centre has signed to hold them\n";
}

Status visit_journal(const std::string& path, std::int64_t first, const Visitor& visitor) {
    CF_LET(auto reader, journal::JournalReader::open(path));
    CF_LET(const ledger::Base base, reader.base());
    note_base(base);
    return reader.visit(first, [&visitor](const journal::StoredEvent& event) {
        const std::string signature = event.signature ? base::to_base64url(*event.signature) : "";
        return visitor(event.bytes, signature);
    });
}

Status visit_export(const std::string& path, const Visitor& visitor) {
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in) return base::system_error(errno, path);
    ledger::LineReader reader(in, ledger::kMaxLineBytes);
    const Error foreign(Code::foreign_file, path + " is neither a journal nor an export");
    for (std::int64_t lines = 0;; ++lines) {
        const auto line = reader.next();
        if (line.kind == ledger::LineReader::Kind::end && lines > 0) return {};
        if (line.kind != ledger::LineReader::Kind::whole) return foreign;
        if (lines == 0) {
            if (!ledger::read_header(line.text).ok()) return foreign;
        } else if (lines == 1 && ledger::is_base(line.text)) {
            const auto base = ledger::read_base(line.text);
            if (!base.ok()) return foreign;
            note_base(base.value());
        } else {
            const auto parts = ledger::split_line(line.text);
            if (!parts) return foreign;
            CF_TRY(visitor(parts->bytes, parts->signature));
        }
    }
}

Status visit_events(const std::string& path, std::int64_t first, const Visitor& visitor) {
    return is_database(path) ? visit_journal(path, first, visitor) : visit_export(path, visitor);
}

// A text out of a file that anyone may have made, without what could steer the terminal.
std::string printable(std::string_view text) {
    std::string shown(text);
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const auto c = static_cast<unsigned char>(shown[i]);
        if (c < 0x20 || c == 0x7f) shown[i] = '?';
        // U+0080 to U+009F, the control characters of eight-bit terminals.
        const bool last = i + 1 == shown.size();
        if (c == 0xc2 && !last && static_cast<unsigned char>(shown[i + 1]) < 0xa0)
            shown.replace(i, 2, "?");
    }
    return shown;
}

// The amounts and numbers of an event that a person looks for, in a few words.
std::string summary(const ledger::EventView& event) {
    const auto body = ledger::read_body(event);
    if (!body.ok()) return {};
    const json::Value root = body.value().root();
    std::string words;
    const auto add = [&](std::string_view member, std::string_view label) {
        const auto value = root.find(member);
        if (!value) return;
        if (!words.empty()) words += ", ";
        words.append(label).append(" ");
        if (value->text()) words.append(printable(*value->text()));
        if (value->integer()) words.append(std::to_string(*value->integer()));
    };
    add("receipt", "receipt");
    add("original_receipt", "of receipt");
    const auto total = root.integer("total_minor");
    const auto code = root.text("currency");
    const auto currency = money::Currency::from_code(code.ok() ? code.value() : "HUF");
    if (total.ok() && currency.ok())
        words += (words.empty() ? "" : ", ") + money::Money(total.value(), currency.value()).text();
    add("amount_minor", "amount");
    add("float_minor", "float");
    add("coupon", "coupon");
    add("reason", "because of");
    add("incarnation", "incarnation");
    add("first", "from event");
    add("last", "to event");
    return words;
}

Status print_line(const ledger::EventView& event) {
    std::cout << std::setw(8) << event.seq << "  " << std::left << std::setw(24) << event.at << "  "
              << std::setw(18) << event.type << std::setw(8)
              << (event.staff.empty() ? "-" : event.staff) << std::right << summary(event) << '\n';
    return {};
}

void print_value(const json::Value& value, int indent) {
    for (auto item = value.first(); item; item = item->next()) {
        std::cout << std::string(static_cast<std::size_t>(indent), ' ');
        if (value.is_array()) std::cout << "- ";
        if (!value.is_array()) std::cout << printable(item->name()) << ": ";
        if (item->text()) std::cout << printable(*item->text());
        if (item->integer()) std::cout << *item->integer();
        if (item->boolean()) std::cout << (*item->boolean() ? "yes" : "no");
        std::cout << '\n';
        if (item->is_array() || item->is_object()) print_value(*item, indent + 4);
    }
}

Status print_whole(const ledger::EventView& event, std::string_view bytes,
                   std::string_view signature) {
    std::cout << "event     " << event.seq << " of " << event.terminal << ", epoch " << event.epoch
              << "\ntype      " << event.type << "\nat        " << event.at << "\nboot      "
              << event.boot << ", " << event.mono_ms << " ms after it\nshift     "
              << (event.shift.empty() ? "-" : event.shift) << "\nstaff     "
              << (event.staff.empty() ? "-" : event.staff) << "\nprev      "
              << base::to_hex(event.prev) << "\nhash      "
              << base::to_hex(ledger::event_hash(bytes)) << "\nsignature "
              << (signature.empty() ? "none: the signer was down" : signature) << "\nbody\n";
    CF_LET(const auto body, ledger::read_body(event));
    print_value(body.root(), 4);
    return {};
}

Status run(const ShowOptions& options) {
    bool found = false;
    CF_TRY(visit_events(options.file, options.seq,
                        [&](std::string_view bytes, std::string_view signature) -> Status {
                            CF_LET(const auto event, ledger::read_event(bytes));
                            if (options.seq == 0) return print_line(event);
                            if (event.seq != options.seq || found) return {};
                            found = true;
                            return print_whole(event, bytes, signature);
                        }));
    if (options.seq != 0 && !found)
        return Error(Code::not_found,
                     options.file + " has no event " + std::to_string(options.seq));
    return {};
}

}  // namespace

ExitCode show_ledger(const ShowOptions& options) {
    const Status shown = run(options);
    return shown.ok() ? kDone : refuse(shown.error());
}

}  // namespace counterfoil::tool
