#include "firmware/devices/pgm_splitter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "firmware/core/base/check.h"

namespace counterfoil::devices {
namespace {

constexpr std::string_view kMagic = "P5\n";
constexpr std::size_t kRoom = std::size_t{1} << 18;

struct Head {
    enum class State { whole, unfinished, bad };
    State state = State::bad;
    std::size_t size = 0;
    int width = 0;
    int height = 0;
};

char character(std::uint8_t byte) {
    return static_cast<char>(byte);
}

// Whether one of the two is the beginning of the other.
bool agrees(base::ByteView bytes, std::string_view text) {
    const std::size_t size = std::min(bytes.size(), text.size());
    return std::equal(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size), bytes.begin(),
                      [](char c, std::uint8_t byte) { return c == character(byte); });
}

// Reads a head's parts one after the other; once one of them is not good, no more.
class HeadReader {
  public:
    explicit HeadReader(base::ByteView bytes) : rest_(bytes) {}

    void skip(std::string_view text) {
        if (state_ != Head::State::whole) return;
        if (!agrees(rest_, text)) return fail(Head::State::bad);
        if (rest_.size() < text.size()) return fail(Head::State::unfinished);
        rest_ = rest_.subspan(text.size());
    }

    // A side's length, without leading zeros, and one of the characters after it.
    int read_side(std::string_view terminators) {
        if (state_ != Head::State::whole) return 0;
        std::array<char, 4> digits{};
        std::size_t size = 0;
        while (size < digits.size() && size < rest_.size() && is_digit(rest_[size])) {
            digits[size] = character(rest_[size]);
            ++size;
        }
        if (size == rest_.size()) {
            fail(Head::State::unfinished);
            return 0;
        }
        int side = 0;
        std::from_chars(digits.data(), digits.data() + size, side);
        const bool is_good = size > 0 && digits[0] != '0' && side <= vision::kMaxSide &&
                             terminators.find(character(rest_[size])) != std::string_view::npos;
        if (!is_good) fail(Head::State::bad);
        rest_ = rest_.subspan(size + 1);
        return side;
    }

    Head::State state() const { return state_; }
    std::size_t left() const { return rest_.size(); }

  private:
    static bool is_digit(std::uint8_t byte) { return byte >= '0' && byte <= '9'; }
    void fail(Head::State state) { state_ = state; }

    base::ByteView rest_;
    Head::State state_ = Head::State::whole;
};

Head read_head(base::ByteView bytes) {
    HeadReader reader(bytes);
    Head head;
    reader.skip(kMagic);
    head.width = reader.read_side(" \n");
    head.height = reader.read_side("\n");
    reader.skip("255\n");
    head.state = reader.state();
    head.size = bytes.size() - reader.left();
    if (std::int64_t{head.width} * head.height > vision::kMaxPixels) head.state = Head::State::bad;
    return head;
}

}  // namespace

std::span<std::uint8_t> PgmSplitter::room() {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    end_ -= begin_;
    begin_ = 0;
    if (buffer_.size() - end_ < kRoom) buffer_.resize(end_ + kRoom);
    return std::span(buffer_).subspan(end_);
}

void PgmSplitter::add(std::size_t size) {
    CF_CHECK(size <= buffer_.size() - end_);
    end_ += size;
}

std::optional<vision::GreyView> PgmSplitter::take() {
    while (find_head()) {
        const Head head = read_head(bytes());
        if (head.state == Head::State::unfinished) return {};
        const auto pixels =
            static_cast<std::size_t>(head.width) * static_cast<std::size_t>(head.height);
        const bool is_good = head.state == Head::State::whole;
        if (is_good && waiting() < head.size + pixels) return {};
        if (!is_good || !is_followed_by_another(head.size + pixels)) {
            drop();
            continue;
        }
        const vision::GreyView frame{bytes().data() + head.size, head.width, head.height,
                                     head.width, 1};
        begin_ += head.size + pixels;
        is_searching_ = false;
        return frame;
    }
    return {};
}

// Moves to the first place that is a head's beginning, as far as it is there.
bool PgmSplitter::find_head() {
    while (waiting() > 0 && !agrees(bytes(), kMagic)) {
        if (!is_searching_) ++dropped_;
        is_searching_ = true;
        ++begin_;
    }
    return waiting() > 0;
}

bool PgmSplitter::is_followed_by_another(std::size_t size) const {
    return agrees(bytes().subspan(size), kMagic);
}

// Not only the picture's own bytes can be bad: the search goes on right behind its first.
void PgmSplitter::drop() {
    ++dropped_;
    is_searching_ = true;
    ++begin_;
}

void PgmSplitter::break_off() {
    if (waiting() > 0 && !is_searching_) ++dropped_;
    begin_ = end_;
    is_searching_ = false;
}

}  // namespace counterfoil::devices
