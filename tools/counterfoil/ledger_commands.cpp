#include "tools/counterfoil/ledger_commands.h"

#include "tools/counterfoil/command.h"
#include "tools/counterfoil/ledger_export.h"
#include "tools/counterfoil/ledger_make.h"
#include "tools/counterfoil/ledger_show.h"
#include "tools/counterfoil/ledger_verify.h"

namespace counterfoil::tool {
namespace {

void add_make(CLI::App& ledger, ExitCode& exit_code) {
    const auto options = std::make_shared<MakeOptions>();
    CLI::App* command = add_command(
        ledger,
        {"make", "Make a till's key, certificate and ledger, filled with plausible events",
         "counterfoil ledger make /tmp/till --terminal T01 --events 1000 --seed 7"},
        options, make_ledger, exit_code);
    command->add_option("DIR", options->folder, "a folder for the till; made if it is not there")
        ->required();
    command
        ->add_option("--terminal", options->terminal,
                     "the terminal's name: 1 to 32 letters, digits, dots, hyphens, underscores")
        ->required();
    command->add_option("--events", options->events, "how many events, the first one counted")
        ->required()
        ->check(CLI::Range(std::int64_t{1}, kMaxMadeEvents));
    command->add_option("--seed", options->seed,
                        "the same seed tells the same story (the key is always a new one)");
}

void add_export(CLI::App& ledger, ExitCode& exit_code) {
    const auto options = std::make_shared<ExportOptions>();
    CLI::App* command =
        add_command(ledger,
                    {"export", "Write a ledger as a file that proves itself, one event a line",
                     "counterfoil ledger export /tmp/till/journal.db -o till.ledger"},
                    options, export_ledger, exit_code);
    command->add_option("JOURNAL", options->journal, "a till's journal.db; it may be in use")
        ->required();
    command->add_option("-o,--output", options->output, "the file to write, or - for the screen")
        ->required();
}

void add_verify(CLI::App& ledger, ExitCode& exit_code) {
    const auto options = std::make_shared<VerifyCommandOptions>();
    CLI::App* command =
        add_command(ledger,
                    {"verify", "Check an exported ledger: every link, every signature, offline",
                     "counterfoil ledger verify till.ledger --head 5f0c..."},
                    options, verify_ledger, exit_code);
    command->add_option("FILE", options->file, "an exported ledger, or - to read it from a pipe")
        ->required();
    command->add_option("--head", options->head,
                        "what the last event's hash must be; notices a cut-off end");
    command->add_option("--root", options->root,
                        "a certificate (PEM) that the terminal's must lead to");
    CLI::Option* centre =
        command->add_option("--centre", options->centre,
                            "a centre's certificate (PEM) that must have countersigned the epoch");
    command
        ->add_option("--receipt", options->receipt,
                     "the centre's receipt: the ledger has that event, and leaves out nothing at "
                     "its beginning but what it covers")
        ->needs(centre);
    command->add_flag("--sample", options->sample,
                      "check one signature in 256, which covers the events before it, and the "
                      "last one; faster, but a spoilt signature in between stays unseen");
    command->footer(
        "Prints \"ok: N events, head HASH\", or the first bad record's number (the line under\n"
        "the first is record 1) and a reason, and then exits with 1.\n"
        "Without --head a file whose end was cut off between two events is still a valid,\n"
        "shorter ledger. Without --root it proves that one key wrote it all, not whose key.\n"
        "Example:\n  counterfoil ledger verify till.ledger --head 5f0c...");
}

void add_show(CLI::App& ledger, ExitCode& exit_code) {
    const auto options = std::make_shared<ShowOptions>();
    CLI::App* command =
        add_command(ledger,
                    {"show", "Show a ledger to people, one line an event, or one event in full",
                     "counterfoil ledger show /tmp/till/journal.db --seq 12"},
                    options, show_ledger, exit_code);
    command->add_option("FILE", options->file, "a journal.db or an exported ledger")->required();
    command->add_option("--seq", options->seq, "show this event in full")
        ->check(CLI::PositiveNumber);
}

}  // namespace

void add_ledger_commands(CLI::App& app, ExitCode& exit_code) {
    CLI::App* ledger = app.add_subcommand("ledger", "Make, export, verify and look at ledgers");
    ledger->require_subcommand(1);
    add_make(*ledger, exit_code);
    add_export(*ledger, exit_code);
    add_verify(*ledger, exit_code);
    add_show(*ledger, exit_code);
}

}  // namespace counterfoil::tool
