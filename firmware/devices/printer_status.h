#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "firmware/core/base/bytes.h"

// What receipt printers say of themselves in ESC/POS. Pure.
namespace counterfoil::devices {

struct Condition {
    bool offline = false;
    bool cover_open = false;
    bool paper_out = false;
    bool paper_near_end = false;
    bool error = false;  // the cutter, the head's heat, or something that only switching off mends

    // Whether it prints only after a person has done something.
    bool needs_hand() const { return offline || cover_open || paper_out || error; }
    bool operator==(const Condition&) const = default;
};

// The number of an order that a printer repeats when it has come to it: four printable characters.
using ProcessId = std::array<std::uint8_t, 4>;
ProcessId process_id(std::uint32_t number);

// What to send to be told: the four answers of DLE EOT 1 to 4; the one of GS r 1, which a printer
// gives when it has done everything before; the one of GS ( H, which names the order besides.
base::Bytes ask_condition();
base::Bytes ask_behind_job();
base::Bytes ask_process(const ProcessId& id);

inline constexpr std::size_t kConditionAnswers = 4;

// The four answers together; none where one of them cannot be an answer to its question.
std::optional<Condition> read_condition(const std::array<std::uint8_t, kConditionAnswers>& answers);

struct RealTimeAnswer {
    std::uint8_t byte;
};
struct BufferedAnswer {
    bool paper_out;
    bool paper_near_end;
};
struct ProcessAnswer {
    ProcessId id;
};
using Answer = std::variant<RealTimeAnswer, BufferedAnswer, ProcessAnswer, Condition>;

// Makes answers of a printer's bytes, however they are cut. The kinds are told apart by bits that
// each of them fixes. XON and XOFF are passed over; any other byte is counted in garbage().
class AnswerReader {
  public:
    // The answer that the byte ends, if it does.
    std::optional<Answer> take(std::uint8_t byte);

    // The connection is a new one.
    void start_over() { size_ = 0; }

    std::int64_t garbage() const { return garbage_; }

  private:
    std::optional<Answer> take_first(std::uint8_t byte);
    std::optional<Answer> take_next(std::uint8_t byte);
    std::optional<Answer> spoil(std::uint8_t byte);

    static constexpr std::size_t kLongest = 7;
    std::array<std::uint8_t, kLongest> bytes_{};
    std::size_t size_ = 0;
    std::int64_t garbage_ = 0;
};

}  // namespace counterfoil::devices
