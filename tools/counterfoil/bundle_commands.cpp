#include "tools/counterfoil/bundle_commands.h"

#include "firmware/core/crypto/certificate.h"
#include "firmware/mirror/bundle.h"
#include "tools/counterfoil/bundle_load.h"
#include "tools/counterfoil/bundle_make.h"
#include "tools/counterfoil/command.h"
#include "tools/counterfoil/shop_settings.h"

namespace counterfoil::tool {
namespace {

constexpr std::size_t kMembers = 4;
constexpr std::size_t kCoupons = 5;

std::string check_terminal(const std::string& name) {
    if (crypto::is_terminal_name(name)) return {};
    return "a terminal's name is 1 to 32 letters, digits, dots, hyphens or underscores";
}

// What the demo is like; each of them asks for the flag.
void add_demo(CLI::App& command, MakeBundleOptions& options) {
    CLI::Option* demo =
        command.add_flag("--demo", options.demo, "a made-up burger shop instead of an empty one");
    command.add_option("--members", options.members, "how many members the demo has")
        ->check(CLI::Range(std::int64_t{0}, mirror::kMaxRows[kMembers]))
        ->capture_default_str()
        ->needs(demo);
    command.add_option("--coupons", options.coupons, "how many coupons the demo has")
        ->check(CLI::Range(std::int64_t{0}, mirror::kMaxRows[kCoupons]))
        ->capture_default_str()
        ->needs(demo);
    command.add_option("--seed", options.seed, "what the demo is made from")
        ->capture_default_str()
        ->needs(demo);
    command
        .add_option("--lease-to", options.lease_to,
                    "a terminal that may redeem the demo's coupons and spend its members' points "
                    "by itself")
        ->check(check_terminal, "TERMINAL")
        ->needs(demo);
}

void add_make(CLI::App& bundle, ExitCode& exit_code) {
    const auto options = std::make_shared<MakeBundleOptions>();
    CLI::App* command =
        add_command(bundle, {"make", "Make a signed bundle, from which a till can start", ""},
                    options, make_bundle, exit_code);
    command->add_option("FILE", options->file, "the bundle to write")->required();
    command->add_option("--keys", options->keys, "the folder that \"counterfoil keys\" has made")
        ->required();
    add_demo(*command, *options);
    command
        ->add_option("--policy", options->policy,
                     "offline, coupons that are not leased are refused (strict), or taken up to "
                     "amounts that the shop can bear (bounded)")
        ->check(CLI::IsMember({kStrict, kBounded}))
        ->capture_default_str();
    command
        ->add_option("--version", options->version,
                     "rises with every bundle; without it the time in seconds")
        ->check(CLI::Range(std::int64_t{1}, central::kMaxAmount));
    command->footer(
        "Everybody on the staff gets a random PIN, which is shown once and stored nowhere.\n"
        "Examples:\n  counterfoil bundle make shop.bundle --keys keys\n"
        "  counterfoil bundle make shop.bundle --keys keys --demo --members 1000 --lease-to T01");
}

void add_load(CLI::App& bundle, ExitCode& exit_code) {
    const auto options = std::make_shared<LoadBundleOptions>();
    CLI::App* command = add_command(
        bundle, {"load", "Check a bundle and put its content into a till's mirror.db", ""}, options,
        load_bundle, exit_code);
    command->add_option("FILE", options->file, "the bundle")->required();
    command->add_option("--data", options->data, "the till's folder; made if it is not there")
        ->required();
    CLI::Option* keys =
        command->add_option("--keys", options->keys,
                            "the folder that \"counterfoil keys\" has made: brings root.pem, "
                            "keys.list and revocations from there");
    command->add_option("--root", options->root, "brings the merchant's root key alone")
        ->excludes(keys);
    command->add_option("--list", options->list, "brings the merchant's key list alone")
        ->excludes(keys);
    command->footer(
        "What is brought stays in the till's folder as root.pem, keys.list and revocations, and\n"
        "need not be brought again. The root of another merchant is refused, and so is a list or\n"
        "revocations older than what the till has.\n"
        "Examples:\n  counterfoil bundle load shop.bundle --data till --keys keys\n"
        "  counterfoil bundle load shop.bundle --data till");
}

}  // namespace

void add_bundle_commands(CLI::App& app, ExitCode& exit_code) {
    CLI::App* bundle =
        app.add_subcommand("bundle", "Make and load the data that a till works from");
    bundle->require_subcommand(1);
    add_make(*bundle, exit_code);
    add_load(*bundle, exit_code);
}

}  // namespace counterfoil::tool
