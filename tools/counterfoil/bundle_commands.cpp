#include "tools/counterfoil/bundle_commands.h"

#include "firmware/mirror/bundle.h"
#include "tools/counterfoil/bundle_load.h"
#include "tools/counterfoil/bundle_make.h"
#include "tools/counterfoil/command.h"

namespace counterfoil::tool {
namespace {

constexpr std::size_t kMembers = 4;
constexpr std::size_t kCoupons = 5;

void add_make(CLI::App& bundle, ExitCode& exit_code) {
    const auto options = std::make_shared<MakeBundleOptions>();
    CLI::App* command =
        add_command(bundle, {"make", "Make a signed bundle, from which a till can start", ""},
                    options, make_bundle, exit_code);
    command->add_option("FILE", options->file, "the bundle to write")->required();
    command->add_option("--keys", options->keys, "the folder that \"counterfoil keys\" has made")
        ->required();
    CLI::Option* demo =
        command->add_flag("--demo", options->demo, "a made-up burger shop instead of an empty one");
    command->add_option("--members", options->members, "how many members the demo has")
        ->check(CLI::Range(std::int64_t{0}, mirror::kMaxRows[kMembers]))
        ->capture_default_str()
        ->needs(demo);
    command->add_option("--coupons", options->coupons, "how many coupons the demo has")
        ->check(CLI::Range(std::int64_t{0}, mirror::kMaxRows[kCoupons]))
        ->capture_default_str()
        ->needs(demo);
    command->add_option("--seed", options->seed, "what the demo is made from")
        ->capture_default_str()
        ->needs(demo);
    command
        ->add_option("--version", options->version,
                     "rises with every bundle; without it the time in seconds")
        ->check(CLI::Range(std::int64_t{1}, mirror::kMaxAmount));
    command->footer(
        "Everybody on the staff gets a random PIN, which is shown once and stored nowhere.\n"
        "Example:\n  counterfoil bundle make shop.bundle --keys keys --demo --members 1000");
}

void add_load(CLI::App& bundle, ExitCode& exit_code) {
    const auto options = std::make_shared<LoadBundleOptions>();
    CLI::App* command = add_command(
        bundle,
        {"load", "Check a bundle and put its content into a till's mirror.db",
         "counterfoil bundle load shop.bundle --data till --root root.pem --list keys.list"},
        options, load_bundle, exit_code);
    command->add_option("FILE", options->file, "the bundle")->required();
    command->add_option("--data", options->data, "the till's folder; made if it is not there")
        ->required();
    command->add_option("--root", options->root, "the merchant's root key, which the till knows")
        ->required();
    command->add_option("--list", options->list, "the merchant's key list")->required();
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
