#include "firmware/vision/decoder_wire.h"

#include <algorithm>
#include <cstring>

#include "firmware/core/base/coding.h"

namespace counterfoil::vision {

using base::Bytes;
using base::ByteView;

namespace {

constexpr std::size_t kMaxText = 2953;
constexpr std::size_t kMaxFormat = 32;
constexpr std::size_t kMaxMessage = 512;
constexpr std::int64_t kMaxTookUs = 3'600'000'000;

template <class T>
void put(Bytes& out, T value) {
    std::array<std::uint8_t, sizeof(T)> bytes;
    std::memcpy(bytes.data(), &value, sizeof(T));
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void put_text(Bytes& out, std::string_view text) {
    put(out, static_cast<std::uint32_t>(text.size()));
    const ByteView bytes = base::as_bytes(text);
    out.insert(out.end(), bytes.begin(), bytes.end());
}

// Takes values off the front; nothing once there are too few bytes.
class Parts {
  public:
    explicit Parts(ByteView bytes) : rest_(bytes) {}

    template <class T>
    T get() {
        T value{};
        if (rest_.size() < sizeof(T)) fail();
        if (!ok_) return value;
        std::memcpy(&value, rest_.data(), sizeof(T));
        rest_ = rest_.subspan(sizeof(T));
        return value;
    }
    std::string text(std::size_t max_size) {
        const auto size = get<std::uint32_t>();
        if (size > max_size || size > rest_.size()) fail();
        if (!ok_) return {};
        std::string text(base::as_text(rest_.first(size)));
        rest_ = rest_.subspan(size);
        if (!base::is_utf8(text)) fail();
        return text;
    }
    void fail() {
        ok_ = false;
        rest_ = {};
    }
    bool finished() const { return ok_ && rest_.empty(); }
    bool ok() const { return ok_; }

  private:
    ByteView rest_;
    bool ok_ = true;
};

void put_found(Bytes& out, const Found& code) {
    put_text(out, code.text);
    put_text(out, code.format);
    for (const Point& corner : code.corners) {
        put(out, static_cast<std::int32_t>(corner.x));
        put(out, static_cast<std::int32_t>(corner.y));
    }
}

Found get_found(Parts& parts) {
    Found code;
    code.text = parts.text(kMaxText);
    code.format = parts.text(kMaxFormat);
    for (Point& corner : code.corners) {
        corner.x = parts.get<std::int32_t>();
        corner.y = parts.get<std::int32_t>();
    }
    const bool is_name = std::ranges::all_of(code.format, [](char c) {
        return c == '-' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
               (c >= 'a' && c <= 'z');
    });
    if (code.text.empty() || code.format.empty() || !is_name) parts.fail();
    return code;
}

}  // namespace

Bytes write_answer(const Answer& answer) {
    const Reading& reading = answer.reading;
    CF_CHECK(reading.found.size() <= kMaxFound);
    Bytes out;
    put(out, answer.id);
    put(out, reading.took_us);
    put(out, static_cast<std::uint32_t>(reading.error ? reading.error->code() : base::Code{}));
    put_text(out, reading.error ? std::string_view(reading.error->message()).substr(0, kMaxMessage)
                                : std::string_view());
    put(out, static_cast<std::uint32_t>(reading.found.size()));
    for (const Found& code : reading.found) put_found(out, code);
    CF_CHECK(out.size() <= kMaxAnswerBytes);
    return out;
}

std::optional<Answer> read_answer(ByteView bytes) {
    Parts parts(bytes);
    Answer answer;
    answer.id = parts.get<std::uint64_t>();
    answer.reading.took_us = parts.get<std::int64_t>();
    const auto code = parts.get<std::uint32_t>();
    const std::string message = parts.text(kMaxMessage);
    const bool printable = std::ranges::none_of(
        message, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    const bool in_bounds = answer.reading.took_us >= 0 && answer.reading.took_us <= kMaxTookUs;
    if (code > static_cast<std::uint32_t>(base::Code::refused) || !printable || !in_bounds)
        parts.fail();
    if (!message.empty()) {
        answer.reading.outcome = Outcome::refused;
        answer.reading.error.emplace(static_cast<base::Code>(code), message);
    }
    const auto count = parts.get<std::uint32_t>();
    if (count > kMaxFound || (count > 0 && !message.empty())) parts.fail();
    for (std::uint32_t i = 0; i < count && parts.ok(); ++i)
        answer.reading.found.push_back(get_found(parts));
    if (!parts.finished()) return {};
    return answer;
}

}  // namespace counterfoil::vision
