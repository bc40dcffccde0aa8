#include "tools/counterfoil/till_commands.h"

#include "tools/counterfoil/command.h"
#include "tools/counterfoil/till_options.h"

namespace counterfoil::tool {
namespace {

constexpr std::int64_t kMaxStore = 65535;

// Adds the commands of one till, which share its options.
class TillCommands {
  public:
    TillCommands(CLI::App& till, ExitCode& exit_code)
        : till_(till), exit_code_(exit_code), common_(std::make_shared<TillOptions>()) {}

    void add_common() {
        till_.add_option("--data", common_->data, "the till's folder")->required();
        till_.add_flag("--json", common_->json, "answer with one line of JSON, refusals, too");
        till_.add_option("--screen", common_->screen, "whose sign-in counts")
            ->capture_default_str();
        till_.add_option("--request", common_->request,
                         "a key of your own for one write: repeated, it changes nothing and gives "
                         "the same answer");
        till_.add_option("--approve", common_->approve,
                         "the manager who allows it, where it takes one; the PIN is read");
        till_.add_option("--pin-file", common_->pin_file,
                         "the file with the PIN; without it standard input");
        till_.add_option("--language", common_->language, "hu or en; as the till is set up")
            ->check(CLI::IsMember({"hu", "en"}));
    }

    template <class Options>
    CLI::App* add(const About& about, Shared<Options> options, ExitCode (*run)(const Options&)) {
        CLI::App* command = add_command(till_, about, options, run, exit_code_);
        command->fallthrough();
        command->callback([options, run, common = common_, &exit_code = exit_code_] {
            options->till = *common;
            exit_code = run(*options);
        });
        return command;
    }

    // A command with nothing, or with what `bind` adds.
    void add_plain(const About& about, ExitCode (*run)(const TillPlainOptions&)) {
        add(about, std::make_shared<TillPlainOptions>(), run);
    }
    template <class Bind>
    void add_plain(const About& about, ExitCode (*run)(const TillPlainOptions&), Bind bind) {
        const auto options = std::make_shared<TillPlainOptions>();
        bind(*add(about, options, run), *options);
    }

  private:
    CLI::App& till_;
    ExitCode& exit_code_;
    Shared<TillOptions> common_;
};

void amount(CLI::App& command, TillPlainOptions& options, const std::string& what) {
    command.add_option("AMOUNT", options.amount, what)->required();
}
void reason(CLI::App& command, TillPlainOptions& options) {
    command.add_option("--reason", options.text, "why")->required();
}
void receipt_number(CLI::App& command, TillPlainOptions& options) {
    command.add_option("RECEIPT", options.receipt, "the receipt's number")->required();
}

void add_people(TillCommands& commands) {
    const auto init = std::make_shared<TillInitOptions>();
    CLI::App* command =
        commands.add({"init", "Set up a new till: its key, certificate, ledger and place",
                      "counterfoil till --data till init --terminal T01 --store 1"},
                     init, till_init);
    command->add_option("--terminal", init->terminal, "the till's name")->required();
    command->add_option("--store", init->store, "the number of the store that it stands in")
        ->check(CLI::Range(std::int64_t{1}, kMaxStore))
        ->capture_default_str();
    command->add_option("--columns", init->columns, "how wide its paper is")
        ->check(CLI::Range(24, 80))
        ->capture_default_str();
    const auto reset = std::make_shared<TillResetOptions>();
    CLI::App* reset_command =
        commands.add({"reset", "Make the folder as if no till had worked in it",
                      "counterfoil till --data till reset --export t01.ledger"},
                     reset, till_reset);
    CLI::Option* target = reset_command->add_option(
        "--export", reset->export_to, "where events go first that only this till holds");
    reset_command->add_flag("--check", reset->check, "tells whether it may be, and changes nothing")
        ->excludes(target);
    const auto prune = std::make_shared<TillPruneOptions>();
    commands
        .add({"prune", "Remove old events that the centre has signed to hold; all stays counted",
              "counterfoil till --data till prune --keep-days 365"},
             prune, till_prune)
        ->add_option("--keep-days", prune->keep_days,
                     "what is not older stays, in the place of the setting; 0: all stays")
        ->check(CLI::Range(0, 3660));
    commands.add_plain({"status", "Who is signed in, what is open, what is parked",
                        "counterfoil till --data till status"},
                       till_status);
    const auto sign_in = std::make_shared<TillSignInOptions>();
    commands
        .add({"sign-in", "Sign in with a PIN",
              "counterfoil till --data till sign-in anna --pin-file anna.pin"},
             sign_in, till_sign_in)
        ->add_option("STAFF", sign_in->staff, "whose PIN it is")
        ->required();
    commands.add_plain({"sign-out", "Sign out", "counterfoil till --data till sign-out"},
                       till_sign_out);
}

void add_day(TillCommands& commands) {
    commands.add_plain({"open", "Open a shift with the float that lies in the drawer",
                        "counterfoil till --data till open 20000"},
                       till_open,
                       [](auto& command, auto& options) { amount(command, options, "the float"); });
    commands.add_plain({"x", "Print the open shift's figures", "counterfoil till --data till x"},
                       till_report);
    commands.add_plain({"close", "Count the drawer, close the shift, print the Z report",
                        "counterfoil till --data till close 84500"},
                       till_close, [](auto& command, auto& options) {
                           amount(command, options, "what is in the drawer");
                       });
    const auto with_reason = [](auto& command, auto& options) {
        amount(command, options, "how much");
        reason(command, options);
    };
    commands.add_plain({"cash-in", "Put cash into the drawer",
                        "counterfoil till --data till cash-in 5000 --reason change"},
                       till_cash_in, with_reason);
    commands.add_plain({"cash-out", "Take cash out of the drawer",
                        "counterfoil till --data till cash-out 50000 --reason bank"},
                       till_cash_out, with_reason);
    commands.add_plain({"drawer", "Open the drawer without a sale",
                        "counterfoil till --data till drawer --reason change"},
                       till_drawer, reason);
}

void cart_options(CLI::App& command, TillCartOptions& options) {
    command.add_option("ITEMS", options.items,
                       "CODE, with xQUANTITY, @PRICE for another price, -AMOUNT or -PERCENT% off");
    command.add_option("--parked", options.parked, "a parked basket, to which ITEMS are added");
    command.add_option("--member", options.member,
                       "a member's code (CM1:...), card or phone number");
    command.add_option("--coupon", options.coupons, "a coupon's code, signed (CF1:...) or printed");
    command.add_option("--reason", options.reason, "why a price was changed");
}

void payment_options(CLI::App& command, TillCartOptions& options) {
    command.add_option("--cash", options.cash, "what the customer gives in cash");
    command.add_option("--card", options.card,
                       "AMOUNT:REFERENCE, as the card terminal's slip says");
    command.add_option("--voucher", options.voucher, "AMOUNT:NUMBER");
}

void add_selling(TillCommands& commands) {
    const auto add_cart = [&](const About& about, ExitCode (*run)(const TillCartOptions&)) {
        const auto options = std::make_shared<TillCartOptions>();
        CLI::App* command = commands.add(about, options, run);
        cart_options(*command, *options);
        return std::pair(command, options);
    };
    add_cart({"quote", "Price a cart, and say why each coupon applies or not",
              "counterfoil till --data till quote 101x2 --coupon COUP-2026-7Q3K9DXW2M"},
             till_quote);
    const auto [sell, sold] = add_cart(
        {"sell", "Sell a cart and print the receipt",
         "counterfoil till --data till sell 101x2 --member CUST001 --cash 5000\n"
         "  counterfoil till --data till sell 101@1500 109x0.35 --reason \"last one\" --approve "
         "anna --card 3000:A17 --cash 1000"},
        till_sell);
    payment_options(*sell, *sold);
    const auto [train, trained] =
        add_cart({"train", "Practise a sale: it is printed as training, and never counted",
                  "counterfoil till --data till train 101 --cash 2000"},
                 till_train);
    payment_options(*train, *trained);
    const auto [park, parked] = add_cart(
        {"park", "Put a cart aside", "counterfoil till --data till park 101 110 --label red"},
        till_park);
    park->add_option("--label", parked->label, "its name; without it a number");
    commands.add_plain({"parked", "What is parked", "counterfoil till --data till parked"},
                       till_parked);
    commands.add_plain(
        {"drop", "Throw a parked basket away", "counterfoil till --data till drop red"}, till_drop,
        [](auto& command, auto& options) {
            command.add_option("LABEL", options.text, "its name")->required();
        });
}

void add_giving_back(TillCommands& commands) {
    const auto refund = std::make_shared<TillRefundOptions>();
    CLI::App* command =
        commands.add({"refund", "Give back what is left of a receipt, or some lines of it",
                      "counterfoil till --data till refund 17 --line 1 --line 2x3 --reason cold"},
                     refund, till_refund);
    command->add_option("RECEIPT", refund->receipt, "the sale's receipt")->required();
    command->add_option("--line", refund->lines, "LINE, or LINExQUANTITY");
    command->add_option("--tender", refund->tender,
                        "cash, card or voucher; without it as it was paid. Another one takes a "
                        "manager");
    command->add_option("--reference", refund->reference, "the card terminal's slip");
    command->add_option("--reason", refund->reason, "why")->required();
    commands.add_plain({"void", "Take back the last sale as if it had not been",
                        "counterfoil till --data till void 17 --reason mistyped --approve anna"},
                       till_void, [](auto& void_command, auto& options) {
                           receipt_number(void_command, options);
                           reason(void_command, options);
                       });
    commands.add_plain({"reprint", "Print a receipt once more, marked as a copy",
                        "counterfoil till --data till reprint 17"},
                       till_reprint, receipt_number);
    const auto member = [](auto& member_command, auto& options) {
        member_command
            .add_option("MEMBER", options.text, "the member's code, card or phone number")
            ->required();
    };
    commands.add_plain({"products", "What can be sold, with numbers and prices",
                        "counterfoil till --data till products burger"},
                       till_products, [](auto& products, auto& options) {
                           products.add_option("TEXT", options.text, "a part of the name");
                       });
    commands.add_plain({"member", "What the till knows of a member",
                        "counterfoil till --data till member CUST001"},
                       till_member, member);
    commands.add_plain({"points-to-coupon", "Turn a member's points into a coupon",
                        "counterfoil till --data till points-to-coupon CM1:..."},
                       till_points, member);
}

}  // namespace

void add_till_commands(CLI::App& app, ExitCode& exit_code) {
    CLI::App* till = app.add_subcommand("till", "Sell at a till, from a shell or a script");
    till->require_subcommand(1);
    till->footer(
        "Amounts are in the shop's currency: 5000, or 12.50 for a euro.\n"
        "open, x, close, void, cash-in, cash-out, changed prices and refunds in another tender "
        "take a manager:\n"
        "signed in, or beside with --approve. With --json, refusals are on standard output, too.");
    TillCommands commands(*till, exit_code);
    commands.add_common();
    add_people(commands);
    add_day(commands);
    add_selling(commands);
    add_giving_back(commands);
}

}  // namespace counterfoil::tool
