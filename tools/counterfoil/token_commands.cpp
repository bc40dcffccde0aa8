#include "tools/counterfoil/token_commands.h"

#include "firmware/core/token/coupon.h"
#include "firmware/core/token/member.h"
#include "tools/counterfoil/command.h"
#include "tools/counterfoil/scan.h"
#include "tools/counterfoil/token_make.h"
#include "tools/counterfoil/token_verify.h"

namespace counterfoil::tool {
namespace {

constexpr std::int64_t kMaxDays = 3650;

void add_keys(CLI::App& command, std::string& folder) {
    command.add_option("--keys", folder, "the folder that \"counterfoil keys\" has made")
        ->required();
}

void add_picture(CLI::App& command, std::string& file) {
    command.add_option("--picture", file, "draw it as a QR code, too: a .svg or .pgm file");
}

void add_make_coupon(CLI::App& make, ExitCode& exit_code) {
    const auto options = std::make_shared<MakeCouponOptions>();
    CLI::App* command = add_command(
        make,
        {"coupon", "Make a signed coupon and print its code",
         "counterfoil token make coupon --keys keys --book 42 --value 1000 --picture coupon.svg"},
        options, make_coupon, exit_code);
    add_keys(*command, options->keys);
    command->add_option("--book", options->book, "the coupon book's number")->required();
    command->add_option("--kind", options->kind, "fixed, percent, points or product")
        ->capture_default_str();
    command
        ->add_option("--value", options->value,
                     "minor units, permille, points, or the product's number")
        ->required();
    command->add_option("--serial", options->serial,
                        "16 hexadecimal digits; without it a random one");
    command->add_option("--days", options->days, "how long it is good, from now")
        ->check(CLI::Range(std::int64_t{1}, kMaxDays))
        ->capture_default_str();
    command->add_option("--store", options->stores,
                        "a store that takes it, up to three times; without it all do");
    command->add_option("--home", options->home, "the store that holds the right to redeem it");
    command->add_option("--uses", options->uses, "how often it can be used")
        ->check(CLI::Range(1, int{token::kMaxCouponUses}))
        ->capture_default_str();
    command->add_option("--member", options->member, "the only member who may use it");
    add_picture(*command, options->picture);
}

void add_make_member(CLI::App& make, ExitCode& exit_code) {
    const auto options = std::make_shared<MakeMemberOptions>();
    CLI::App* command = add_command(make,
                                    {"member", "Make the code that a member's phone would show now",
                                     "counterfoil token make member --keys keys --device phone.key "
                                     "--member 01934f00-0000-7000-8001-000000000000"},
                                    options, make_member, exit_code);
    add_keys(*command, options->keys);
    command->add_option("--member", options->member, "the member's id, a UUID")->required();
    command->add_option("--device", options->device, "the phone's key; made if it is not there")
        ->required();
    command->add_option("--tier", options->tier, "the member's tier")
        ->check(CLI::Range(0, int{token::kMaxTier}))
        ->capture_default_str();
    command->add_option("--days", options->days, "how long the certificate is good")
        ->check(CLI::Range(std::int64_t{1}, kMaxDays))
        ->capture_default_str();
    command->add_option("--counter", options->counter, "how many codes the phone has shown")
        ->capture_default_str();
    add_picture(*command, options->picture);
}

void add_verify(CLI::App& token, ExitCode& exit_code) {
    const auto options = std::make_shared<VerifyTokenOptions>();
    CLI::App* command =
        add_command(token, {"verify", "Judge signed codes as a till would, offline", ""}, options,
                    verify_tokens, exit_code);
    CLI::Option* texts = command->add_option("CODE", options->texts, "CF1:... or CM1:...");
    CLI::Option* keys =
        command->add_option("--keys", options->keys, "the folder with root.pem and keys.list");
    command->add_option("--store", options->store, "the store that the till stands in");
    command->add_option("--member", options->member, "the member at the counter");
    command->add_option("--at", options->at, "the time, like 2026-11-21T08:00:00.000Z; else now");
    CLI::Option* cose = command->add_option(
        "--cose", options->cose, "instead of codes: any ES256 COSE_Sign1 message in hexadecimal");
    CLI::Option* key = command->add_option(
        "--key", options->key, "the key that signed it: a PEM file, or a point in hexadecimal");
    texts->needs(keys);
    cose->needs(key)->excludes(texts);
    key->needs(cose);
    command->footer(
        "Prints \"ok: ...\" with what the code says, or \"bad: REASON: ...\" and exits with 1.\n"
        "Several codes are judged in turn, so that a member's code shown twice is a replay.\n"
        "Examples:\n"
        "  counterfoil token verify --keys keys --store 3 'CF1:...'\n"
        "  counterfoil token verify --cose d28443a10126... --key 04bac5b1...");
}

void add_show(CLI::App& token, ExitCode& exit_code) {
    const auto options = std::make_shared<ShowTokenOptions>();
    CLI::App* command =
        add_command(token,
                    {"show", "Say what any scanned text is and claims; proves nothing",
                     "counterfoil token show 5991234567894"},
                    options, show_token, exit_code);
    command->add_option("CODE", options->text, "what a scanner gave")->required();
    command->add_option("--format", options->format, "what the scanner says it was: EAN-13, ...");
}

}  // namespace

void add_token_commands(CLI::App& app, ExitCode& exit_code) {
    CLI::App* token =
        app.add_subcommand("token", "Make, judge and look at coupons and member codes");
    token->require_subcommand(1);
    CLI::App* make = token->add_subcommand("make", "Make a signed code");
    make->require_subcommand(1);
    add_make_coupon(*make, exit_code);
    add_make_member(*make, exit_code);
    add_verify(*token, exit_code);
    add_show(*token, exit_code);
}

void add_scan_command(CLI::App& app, ExitCode& exit_code) {
    const auto options = std::make_shared<ScanOptions>();
    CLI::App* command =
        add_command(app, {"scan", "Read the QR codes and bar codes in pictures", ""}, options,
                    scan_pictures, exit_code);
    command->add_option("IMAGE", options->files, "PNG, JPEG or binary PGM, up to 16 megapixels")
        ->required();
    command->add_flag("--json", options->json,
                      "one JSON object a picture, with positions and times");
    command->add_option("--budget-ms", options->budget_ms, "how long to look at one picture")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{60'000}))
        ->capture_default_str();
    command->footer(
        "Prints a line for each code: FILE, format and text, with tabs between; or FILE and\n"
        "\"none\". A backslash in a text is written \\\\, a control character \\u00..\n"
        "Example:\n  counterfoil scan receipt.png phone.jpg");
}

}  // namespace counterfoil::tool
