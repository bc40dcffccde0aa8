#include "tools/counterfoil/keys_commands.h"

#include "tools/counterfoil/command.h"
#include "tools/counterfoil/keys.h"

namespace counterfoil::tool {
namespace {

constexpr std::int64_t kMaxDays = 3650;

CLI::Option* add_folder(CLI::App& command, std::string& folder) {
    return command.add_option("DIR", folder, "the folder with the merchant's keys")->required();
}

void add_days(CLI::App& command, const char* name, std::int64_t& days, const char* about) {
    command.add_option(name, days, about)
        ->check(CLI::Range(std::int64_t{1}, kMaxDays))
        ->capture_default_str();
}

void add_root(CLI::App& keys, ExitCode& exit_code) {
    const auto options = std::make_shared<KeysRootOptions>();
    CLI::App* command = add_command(keys,
                                    {"root", "Make a merchant's root key and an empty key list",
                                     "counterfoil keys root /media/stick/keys"},
                                    options, make_root, exit_code);
    add_folder(*command, options->folder);
    add_days(*command, "--overdue-days", options->overdue_days,
             "after so many days without a newer list, tills let members earn only");
}

void add_issue(CLI::App& keys, ExitCode& exit_code) {
    const auto options = std::make_shared<KeysIssueOptions>();
    CLI::App* command =
        add_command(keys,
                    {"issue", "Make a signing key and put it on the list",
                     "counterfoil keys issue /media/stick/keys --for coupons,members"},
                    options, issue_key, exit_code);
    add_folder(*command, options->folder);
    command
        ->add_option(
            "--for", options->purposes,
            "what it signs: coupons, members, revocations, bundles, or several with commas")
        ->required();
    add_days(*command, "--days", options->days, "how long the key is good");
    add_days(*command, "--overdue-days", options->overdue_days,
             "after so many days without a newer list, tills let members earn only");
}

void add_list(CLI::App& keys, ExitCode& exit_code) {
    const auto options = std::make_shared<KeysListOptions>();
    CLI::App* command = add_command(
        keys,
        {"list", "Show the list: id, validity and purposes of each key; and what was revoked",
         "counterfoil keys list /media/stick/keys"},
        options, list_keys, exit_code);
    add_folder(*command, options->folder);
}

void add_revoke(CLI::App& keys, ExitCode& exit_code) {
    const auto options = std::make_shared<KeysRevokeOptions>();
    CLI::App* command =
        add_command(keys,
                    {"revoke", "Take back a key, a coupon, or all phones of a member",
                     "counterfoil keys revoke /media/stick/keys --coupon 0102030405060708"},
                    options, revoke, exit_code);
    add_folder(*command, options->folder);
    CLI::Option_group* what = command->add_option_group("what", "one of these");
    what->add_option("--key", options->key, "a key's id: 8 hexadecimal digits");
    what->add_option("--coupon", options->coupon, "a coupon's serial: 16 hexadecimal digits");
    what->add_option("--member", options->member, "a member's id");
    what->require_option(1);
    add_days(*command, "--overdue-days", options->overdue_days,
             "with --key: after so many days without a newer list, tills let members earn only");
}

}  // namespace

void add_keys_commands(CLI::App& app, ExitCode& exit_code) {
    CLI::App* keys =
        app.add_subcommand("keys", "Make, list and revoke the keys behind signed codes");
    keys->require_subcommand(1);
    add_root(*keys, exit_code);
    add_issue(*keys, exit_code);
    add_list(*keys, exit_code);
    add_revoke(*keys, exit_code);
}

}  // namespace counterfoil::tool
