#include "tools/counterfoil/admin_commands.h"

#include <iostream>

#include "tools/counterfoil/admin_call.h"
#include "tools/counterfoil/command.h"
#include "tools/counterfoil/pin.h"

namespace counterfoil::tool {
namespace {

struct SignInOptions {
    Shared<AdminOptions> common;  // with all other commands
    AdminSession session;
    std::string pin_file;
};

struct SignOutOptions {
    Shared<AdminOptions> common;  // with all other commands
};

AdminOutcome<AdminSession> sign_in_with_pin(const SignInOptions& options) {
    AdminSession session = options.session;
    if (!session.authority.empty())
        session.authority = std::filesystem::absolute(session.authority).string();
    CF_LET(const std::string pin, read_pin(options.pin_file));
    return AdminCentre::sign_in(*options.common, session, pin);
}

ExitCode sign_in(const SignInOptions& options) {
    const auto done = sign_in_with_pin(options);
    if (!done.ok()) return refuse(done.error());
    std::cout << done.value().card << " is signed in at " << done.value().url << '\n';
    return kDone;
}

ExitCode sign_out(const SignOutOptions& options) {
    const auto done = AdminCentre::sign_out(*options.common);
    if (!done.ok()) return refuse(done.error());
    std::cout << "signed out\n";
    return kDone;
}

void add_common(CLI::App& admin, AdminOptions& options) {
    admin.add_option("--session", options.session,
                     "the file that keeps who is signed in; one of your own state folder if not "
                     "said");
    admin.add_flag("--json", options.json, "the centre's answer as one line of JSON")
        ->excludes(admin.add_flag("--csv", options.csv,
                                  "a list as a table for spreadsheets; all of it, where no --limit "
                                  "is said"));
    admin.add_option(
        "--request", options.request,
        "a key of your own for one write: repeated, it is answered and not done again");
    admin.add_option("--language", options.language, "hu or en")
        ->check(CLI::IsMember({"hu", "en"}))
        ->capture_default_str();
}

void add_sign_in(CLI::App& admin, const Shared<AdminOptions>& common, ExitCode& exit_code) {
    const auto options = std::make_shared<SignInOptions>();
    options->common = common;
    CLI::App* command =
        add_command(admin,
                    {"sign-in", "Sign in at a centre with an administrator's card and PIN",
                     "counterfoil admin sign-in --url https://centre.example:8443 --card ADMIN001"},
                    options, sign_in, exit_code);
    command->fallthrough();
    command->add_option("--url", options->session.url, "where the centre is")->required();
    command->add_option("--card", options->session.card, "the administrator's card")->required();
    command->add_option("--pin-file", options->pin_file,
                        "the file with the PIN; without it standard input, which is not shown");
    command->add_option("--authority", options->session.authority,
                        "the certificate of whom to believe, in PEM; without it those that this "
                        "system believes");
    const auto none = std::make_shared<SignOutOptions>();
    none->common = common;
    add_command(admin, {"sign-out", "End the session", "counterfoil admin sign-out"}, none,
                sign_out, exit_code)
        ->fallthrough();
    const AdminVerb self{"", "", "", http::Method::get, "/api/auth/me"};
    CLI::App* who = admin.add_subcommand("who", "Who is signed in");
    who->fallthrough();
    who->callback([common, self, &exit_code] {
        exit_code = run_admin_call({self, {}, {}, {}, {}}, *common);
    });
}

}  // namespace

void add_admin_commands(CLI::App& app, ExitCode& exit_code) {
    CLI::App* admin =
        app.add_subcommand("admin", "What an administrator does at a centre, over its interface");
    admin->require_subcommand(1);
    const auto options = std::make_shared<AdminOptions>();
    add_common(*admin, *options);
    add_sign_in(*admin, options, exit_code);
    for (const AdminGroup& group :
         {customer_verbs(), purchase_verbs(), coupon_verbs(), book_verbs(), pool_verbs(),
          user_verbs(), product_verbs(), staff_verbs(), setting_verbs(), terminal_verbs(),
          import_verbs()})
        add_admin_group(*admin, group, options, exit_code);
    admin->footer(
        "The session is kept in a file that only you may read; PINs and codes that are told once\n"
        "are printed and kept nowhere.\n"
        "Examples:\n"
        "  counterfoil admin sign-in --url https://centre.example:8443 --card ADMIN001\n"
        "  counterfoil admin customers add --card CUST100 --name Anna --email anna@example.com\n"
        "  counterfoil admin customers list --csv > customers.csv\n"
        "  counterfoil admin products import products.csv --dry-run\n"
        "  counterfoil admin terminals code T01 --store 1\n"
        "  counterfoil admin sign-out");
}

}  // namespace counterfoil::tool
