#include "firmware/devices/printer_status.h"

#include <algorithm>

#include "firmware/core/base/check.h"

namespace counterfoil::devices {

using base::Bytes;

namespace {

constexpr std::uint8_t kDle = 0x10;
constexpr std::uint8_t kEot = 0x04;
constexpr std::uint8_t kGs = 0x1d;
constexpr std::uint8_t kPaperSensor = 1;  // of GS r
constexpr std::uint8_t kProcessFunction = 48;
constexpr std::uint8_t kProcessMode = 48;
constexpr std::uint8_t kProcessSize = 6;

constexpr std::uint8_t kXon = 0x11;
constexpr std::uint8_t kXoff = 0x13;

// Bits that an answer fixes. Bit 7 is 0 in all of them.
constexpr std::uint8_t kFixedBits = 0x93;
constexpr std::uint8_t kRealTimeBits = 0x12;   // an answer to DLE EOT
constexpr std::uint8_t kAutomaticBits = 0x10;  // the first of the four that come by themselves
constexpr std::uint8_t kFollowingFixed = 0x90;
constexpr std::uint8_t kFollowingBits = 0x00;  // the other three, and an answer to GS r

constexpr std::uint8_t kProcessHeader = 0x37;
constexpr std::uint8_t kProcessKind = 0x22;
constexpr std::size_t kProcessHead = 2;
constexpr std::size_t kProcessBytes = 7;
constexpr std::size_t kAutomaticBytes = 4;

// The bits of the answers to DLE EOT 1 to 4.
constexpr std::uint8_t kOffline = 0x08;
constexpr std::uint8_t kCauseCover = 0x04;
constexpr std::uint8_t kCausePaper = 0x20;
constexpr std::uint8_t kCauseError = 0x40;
constexpr std::uint8_t kErrors = 0x68;  // the cutter, one that stays, one that passes by itself
constexpr std::uint8_t kNearEnd = 0x0c;
constexpr std::uint8_t kEnd = 0x60;

// Of those that come by themselves.
constexpr std::uint8_t kAutomaticOffline = 0x08;
constexpr std::uint8_t kAutomaticCover = 0x20;
constexpr std::uint8_t kAutomaticErrors = 0x68;

// Of the paper's sensors in the third of those, and in an answer to GS r.
constexpr std::uint8_t kSensorNearEnd = 0x03;
constexpr std::uint8_t kSensorEnd = 0x0c;

constexpr std::uint8_t kFirstPrintable = 0x20;
constexpr std::uint8_t kLastPrintable = 0x7e;

bool is_printable(std::uint8_t byte) {
    return byte >= kFirstPrintable && byte <= kLastPrintable;
}

// A sensor's two bits say the same.
bool is_pair(std::uint8_t byte, std::uint8_t bits) {
    return (byte & bits) == 0 || (byte & bits) == bits;
}

Condition automatic_condition(const std::uint8_t* bytes) {
    Condition condition;
    condition.offline = (bytes[0] & kAutomaticOffline) != 0;
    condition.cover_open = (bytes[0] & kAutomaticCover) != 0;
    condition.error = (bytes[1] & kAutomaticErrors) != 0;
    condition.paper_near_end = (bytes[2] & kSensorNearEnd) != 0;
    condition.paper_out = (bytes[2] & kSensorEnd) != 0;
    return condition;
}

}  // namespace

ProcessId process_id(std::uint32_t number) {
    constexpr std::uint32_t kDigits = 64;
    ProcessId id{};
    for (std::uint8_t& digit : id) {
        digit = static_cast<std::uint8_t>(kFirstPrintable + number % kDigits);
        number /= kDigits;
    }
    return id;
}

Bytes ask_condition() {
    return {kDle, kEot, 1, kDle, kEot, 2, kDle, kEot, 3, kDle, kEot, 4};
}

Bytes ask_behind_job() {
    return {kGs, 'r', kPaperSensor};
}

Bytes ask_process(const ProcessId& id) {
    CF_CHECK(std::ranges::all_of(id, is_printable));
    return {kGs,          '(',   'H',   kProcessSize, 0,    kProcessFunction,
            kProcessMode, id[0], id[1], id[2],        id[3]};
}

std::optional<Condition> read_condition(
    const std::array<std::uint8_t, kConditionAnswers>& answers) {
    for (const std::uint8_t answer : answers)
        if ((answer & kFixedBits) != kRealTimeBits) return {};
    const auto [printer, cause, error, paper] = answers;
    if (!is_pair(paper, kNearEnd) || !is_pair(paper, kEnd)) return {};
    Condition condition;
    condition.offline = (printer & kOffline) != 0;
    condition.cover_open = (cause & kCauseCover) != 0;
    condition.paper_out = (cause & kCausePaper) != 0 || (paper & kEnd) != 0;
    condition.paper_near_end = (paper & kNearEnd) != 0;
    condition.error = (cause & kCauseError) != 0 || (error & kErrors) != 0;
    return condition;
}

std::optional<Answer> AnswerReader::take(std::uint8_t byte) {
    return size_ == 0 ? take_first(byte) : take_next(byte);
}

std::optional<Answer> AnswerReader::take_first(std::uint8_t byte) {
    if (byte == kXon || byte == kXoff) return {};
    if ((byte & kFixedBits) == kRealTimeBits) return RealTimeAnswer{byte};
    if (byte == kProcessHeader || (byte & kFixedBits) == kAutomaticBits) {
        bytes_[size_++] = byte;
        return {};
    }
    const bool is_sensor = (byte & kFollowingFixed) == kFollowingBits;
    if (is_sensor && is_pair(byte, kSensorNearEnd) && is_pair(byte, kSensorEnd))
        return BufferedAnswer{(byte & kSensorEnd) != 0, (byte & kSensorNearEnd) != 0};
    ++garbage_;
    return {};
}

std::optional<Answer> AnswerReader::take_next(std::uint8_t byte) {
    const std::size_t place = size_;
    CF_CHECK(place < bytes_.size());
    if (bytes_[0] != kProcessHeader) {
        if ((byte & kFollowingFixed) != kFollowingBits) return spoil(byte);
        bytes_[size_++] = byte;
        if (size_ < kAutomaticBytes) return {};
        size_ = 0;
        return automatic_condition(bytes_.data());
    }
    const bool is_last = place + 1 == kProcessBytes;
    const bool fits = place == 1 ? byte == kProcessKind : is_last ? byte == 0 : is_printable(byte);
    if (!fits) return spoil(byte);
    bytes_[size_++] = byte;
    if (!is_last) return {};
    size_ = 0;
    ProcessAnswer answer{};
    for (std::size_t i = 0; i < answer.id.size(); ++i) answer.id[i] = bytes_[kProcessHead + i];
    return answer;
}

// What was begun is no answer; this byte may begin one.
std::optional<Answer> AnswerReader::spoil(std::uint8_t byte) {
    garbage_ += static_cast<std::int64_t>(size_);
    size_ = 0;
    return take_first(byte);
}

}  // namespace counterfoil::devices
