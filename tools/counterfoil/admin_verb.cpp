#include "tools/counterfoil/admin_verb.h"

#include "tools/counterfoil/admin_call.h"

namespace counterfoil::tool {

using Kind = AdminField::Kind;

namespace {

constexpr std::int64_t kMostRows = 1000;

// Which of them the command line fills; shared by the options and the callback.
using SharedCall = Shared<AdminCall>;

void bind(CLI::App& command, const SharedCall& call, std::size_t place) {
    const AdminField& field = call->verb.fields[place];
    std::string name = field.option;
    if (name.ends_with('!')) name.pop_back();
    if (field.kind == Kind::flag) {
        command.add_flag_callback(
            name, [call, place] { call->values[place] = "true"; }, field.told);
        return;
    }
    CLI::Option* option = command.add_option_function<std::string>(
        name, [call, place](const std::string& value) { call->values[place] = value; }, field.told);
    option->required(field.is_required());
    if (field.kind == Kind::number) option->check(CLI::TypeValidator<std::int64_t>("NUMBER"));
    if (field.kind == Kind::truth) option->check(CLI::IsMember({"true", "false"}));
    if (field.kind == Kind::file) option->check(CLI::ExistingFile);
}

void bind_parts(CLI::App& command, const SharedCall& call) {
    if (call->verb.parts == AdminParts::after)
        command.add_option_function<std::string>(
            "--after", [call](const std::string& value) { call->after = value; },
            "where the part before ended, as it said");
    else
        command
            .add_option_function<std::int64_t>(
                "--skip", [call](const std::int64_t& value) { call->skip = value; },
                "how many to pass over")
            ->check(CLI::NonNegativeNumber);
    command
        .add_option_function<std::int64_t>(
            "--limit", [call](const std::int64_t& value) { call->limit = value; },
            "how many at most")
        ->check(CLI::Range(std::int64_t{1}, kMostRows));
}

std::string example_of(const AdminGroup& group, const AdminVerb& verb) {
    return "  counterfoil admin " + std::string(group.name) + " " + verb.name + " " + verb.example +
           "\n";
}

}  // namespace

void add_admin_group(CLI::App& admin, const AdminGroup& group, const Shared<AdminOptions>& options,
                     ExitCode& exit_code) {
    CLI::App* parent = admin.add_subcommand(group.name, group.sentence);
    parent->require_subcommand(1);
    parent->fallthrough();
    std::string examples = "Examples:\n";
    for (const AdminVerb& verb : group.verbs) {
        const auto call = std::make_shared<AdminCall>();
        call->verb = verb;
        call->values.resize(verb.fields.size());
        CLI::App* command = parent->add_subcommand(verb.name, verb.sentence);
        command->fallthrough();
        for (std::size_t i = 0; i < verb.fields.size(); ++i) bind(*command, call, i);
        if (verb.parts != AdminParts::none) bind_parts(*command, call);
        command->footer("Example:\n" + example_of(group, verb));
        command->callback([call, options, &exit_code] {
            if (options->csv && call->verb.columns.list == nullptr)
                throw CLI::ValidationError("--csv", "is for lists");
            exit_code = run_admin_call(*call, *options);
        });
        examples += example_of(group, verb);
    }
    parent->footer(examples);
}

}  // namespace counterfoil::tool
