#include "firmware/core/base/log.h"

#include "firmware/core/base/coding.h"

namespace counterfoil::base {
namespace {

constexpr std::size_t kMaxTextBytes = 512;
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// The longest start of the text that is one character of well-formed UTF-8; 0 where there is none.
std::size_t character_length(std::string_view text) {
    for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length)
        if (is_utf8(text.substr(0, length))) return length;
    return 0;
}

void append_character(std::string& line, std::string_view character) {
    const char c = character.front();
    if (c == '"' || c == '\\') {
        line.push_back('\\');
        line.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
        line.append("\\u00").append(to_hex(as_bytes(character)));
    } else {
        line.append(character);
    }
}

void append_text(std::string& line, std::string_view text) {
    line.push_back('"');
    std::size_t size = std::min(text.size(), kMaxTextBytes);
    // No character is cut in two.
    while (size < text.size() && size > 0 && (text[size] & 0xc0) == 0x80) --size;
    text = text.substr(0, size);
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        if (length > 0)
            append_character(line, text.substr(0, length));
        else
            line.append(kReplacement);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    line.push_back('"');
}

void append_field(std::string& line, const Field& field) {
    line.push_back(',');
    append_text(line, field.name);
    line.push_back(':');
    if (const auto* text = std::get_if<std::string_view>(&field.value))
        append_text(line, *text);
    else if (const auto* number = std::get_if<std::int64_t>(&field.value))
        line.append(std::to_string(*number));
    else
        line.append(std::get<bool>(field.value) ? "true" : "false");
}

}  // namespace

std::string_view level_name(Level level) {
    switch (level) {
        case Level::debug:
            return "debug";
        case Level::info:
            return "info";
        case Level::warn:
            return "warn";
        case Level::error:
            return "error";
    }
    CF_CHECK(false);
}

Result<Level> level_from_name(std::string_view name) {
    for (Level level : {Level::debug, Level::info, Level::warn, Level::error})
        if (level_name(level) == name) return level;
    return Error(Code::invalid_argument, "a log level is debug, info, warn or error");
}

void Log::write(Level level, std::string_view event, std::initializer_list<Field> fields) {
    if (level < level_) return;
    std::string line = "{\"at\":\"" + to_rfc3339(clock_.now()) + "\",\"level\":\"";
    line.append(level_name(level)).append("\",\"event\":");
    append_text(line, event);
    for (const Field& field : fields) append_field(line, field);
    line.append("}\n");
    out_.write(line.data(), static_cast<std::streamsize>(line.size())).flush();
}

}  // namespace counterfoil::base
