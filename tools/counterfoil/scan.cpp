#include "tools/counterfoil/scan.h"

#include <iostream>

#include "firmware/core/base/file.h"
#include "firmware/core/json/json.h"
#include "firmware/vision/decoder_process.h"
#include "firmware/vision/picture.h"

namespace counterfoil::tool {

using base::Code;
using base::Error;
using base::Status;

namespace {

// A text from a stranger in one field of one line: what would break it is written as in JSON.
std::string in_one_field(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string shown;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\\')
            shown += "\\\\";
        else if (byte < 0x20 || byte == 0x7f)
            shown.append("\\u00").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
        else
            shown += c;
    }
    return shown;
}

Status print_text(const std::string& file, const vision::Reading& reading) {
    if (reading.found.empty()) std::cout << in_one_field(file) << "\tnone\n";
    for (const vision::Found& code : reading.found)
        std::cout << in_one_field(file) << '\t' << in_one_field(code.format) << '\t'
                  << in_one_field(code.text) << '\n';
    return {};
}

json::Object json_of(const vision::Found& code) {
    json::Array corners;
    for (const vision::Point& corner : code.corners) {
        json::Object point;
        point.set("x", std::int64_t{corner.x}).set("y", std::int64_t{corner.y});
        corners.add(std::move(point));
    }
    json::Object shown;
    shown.set("format", code.format).set("text", code.text).set("corners", std::move(corners));
    return shown;
}

Status print_json(const std::string& file, const vision::Reading& reading) {
    json::Array codes;
    for (const vision::Found& code : reading.found) codes.add(json_of(code));
    json::Object line;
    line.set("file", file).set("codes", std::move(codes));
    line.set("milliseconds", (reading.took_us + 500) / 1000).set("microseconds", reading.took_us);
    CF_LET(const std::string text, line.write());
    std::cout << text << '\n';
    return {};
}

Error failure(const vision::Reading& reading) {
    if (reading.error) return *reading.error;
    return Error(Code::malformed, reading.outcome == vision::Outcome::crashed
                                      ? "the picture crashed the decoder, which was started again"
                                      : "the decoder took too long and was started again");
}

Status scan(const std::string& file, vision::DecoderProcess& decoder, const ScanOptions& options) {
    CF_LET(const std::string content, base::read_file(file, vision::kMaxPictureBytes));
    if (content.empty()) return Error(Code::malformed, file + ": the file is empty");
    CF_TRY(decoder.ask(base::as_bytes(content), vision::Effort::all,
                       std::chrono::milliseconds(options.budget_ms)));
    const vision::Reading reading = decoder.wait();
    if (reading.outcome != vision::Outcome::read) return failure(reading).within(file);
    return options.json ? print_json(file, reading) : print_text(file, reading);
}

}  // namespace

ExitCode scan_pictures(const ScanOptions& options) {
    const auto program = vision::decoder_beside_program();
    if (!program.ok()) return refuse(program.error());
    const base::SystemClock clock;
    auto decoder = vision::DecoderProcess::start({program.value(), 5000}, clock);
    if (!decoder.ok()) return refuse(decoder.error());
    ExitCode exit_code = kDone;
    for (const std::string& file : options.files) {
        const Status scanned = scan(file, decoder.value(), options);
        std::cout.flush();
        if (!scanned.ok()) exit_code = refuse(scanned.error());
    }
    return exit_code;
}

}  // namespace counterfoil::tool
