#include "firmware/vision/decoder_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "firmware/core/base/descriptor.h"
#include "firmware/core/base/file.h"
#include "firmware/vision/decoder_wire.h"

namespace counterfoil::vision {

using base::Code;
using base::Descriptor;
using base::Error;
using base::Result;
using base::Status;

namespace {

// Above the numbers that the worker's files get, so that none of them is overwritten on the way.
constexpr int kFirstFreeDescriptor = 16;

// The till's side of the memory that both sides see.
class SharedMemory {
  public:
    static Result<SharedMemory> create() {
        Descriptor file(::memfd_create("picture", MFD_CLOEXEC | MFD_ALLOW_SEALING));
        if (!file.ok() || ::ftruncate(file.number(), kSharedBytes) != 0)
            return base::system_error(errno, "shared memory");
        // The worker must not be able to cut it short while we write.
        if (::fcntl(file.number(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
            return base::system_error(errno, "shared memory");
        void* mapped =
            ::mmap(nullptr, kSharedBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.number(), 0);
        if (mapped == MAP_FAILED) return base::system_error(errno, "shared memory");
        return SharedMemory(std::move(file), static_cast<std::uint8_t*>(mapped));
    }
    int file() const { return file_.number(); }
    std::uint8_t* bytes() const { return bytes_.get(); }

  private:
    struct Unmap {
        void operator()(std::uint8_t* bytes) const { ::munmap(bytes, kSharedBytes); }
    };
    SharedMemory(Descriptor file, std::uint8_t* bytes) : file_(std::move(file)), bytes_(bytes) {}

    Descriptor file_;
    std::unique_ptr<std::uint8_t, Unmap> bytes_;
};

// Ends the worker, if it has not ended by itself, and forgets it.
void end(pid_t& worker) {
    if (worker <= 0) return;
    ::kill(worker, SIGKILL);
    while (::waitpid(worker, nullptr, 0) < 0 && errno == EINTR) {
    }
    worker = -1;
}

// Starts the program with the two files under the numbers that it expects, and an empty
// environment.
Result<pid_t> spawn(const std::filesystem::path& program, int socket, int memory) {
    const Descriptor socket_copy(::fcntl(socket, F_DUPFD_CLOEXEC, kFirstFreeDescriptor));
    const Descriptor memory_copy(::fcntl(memory, F_DUPFD_CLOEXEC, kFirstFreeDescriptor));
    if (!socket_copy.ok() || !memory_copy.ok()) return base::system_error(errno, program);
    posix_spawn_file_actions_t actions;
    CF_CHECK(::posix_spawn_file_actions_init(&actions) == 0);
    CF_CHECK(::posix_spawn_file_actions_adddup2(&actions, socket_copy.number(), kWorkerSocket) ==
             0);
    CF_CHECK(::posix_spawn_file_actions_adddup2(&actions, memory_copy.number(), kWorkerMemory) ==
             0);
    std::string name = program.string();
    std::array<char*, 2> arguments{name.data(), nullptr};
    std::array<char*, 1> environment{nullptr};
    pid_t worker = -1;
    const int fault = ::posix_spawn(&worker, name.c_str(), &actions, nullptr, arguments.data(),
                                    environment.data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (fault != 0) return base::system_error(fault, program);
    return worker;
}

void copy_pixels(const GreyView& picture, std::uint8_t* out) {
    const auto width = static_cast<std::size_t>(picture.width);
    for (int y = 0; y < picture.height; ++y, out += width) {
        const std::uint8_t* row =
            picture.pixels + static_cast<std::ptrdiff_t>(y) * picture.row_stride;
        if (picture.pixel_stride == 1) {
            std::memcpy(out, row, width);
            continue;
        }
        for (std::size_t x = 0; x < width; ++x)
            out[x] = row[x * static_cast<std::size_t>(picture.pixel_stride)];
    }
}

}  // namespace

struct DecoderProcess::State {
    State(const DecoderSettings& given, const base::Clock& time, SharedMemory shared)
        : settings(given), clock(time), memory(std::move(shared)) {}
    ~State() { end(worker); }

    DecoderSettings settings;
    const base::Clock& clock;
    SharedMemory memory;
    Descriptor socket;
    pid_t worker = -1;
    std::uint64_t last_id = 0;
    std::optional<std::int64_t> deadline_ms;
    std::int64_t restarts = 0;

    Status start() {
        std::array<int, 2> pair{};
        if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) != 0)
            return base::system_error(errno, settings.program);
        socket = Descriptor(pair[0]);
        const Descriptor theirs(pair[1]);
        CF_LET(worker, spawn(settings.program, theirs.number(), memory.file()));
        return {};
    }

    Reading give_up(Outcome outcome) {
        end(worker);
        deadline_ms.reset();
        ++restarts;
        Reading reading{outcome, {}, {}, 0};
        const Status started = start();
        if (!started.ok()) reading.error = started.error();
        return reading;
    }

    // Never waits: a worker that does not listen must not hold up the till.
    bool say(const Request& request) const {
        return ::send(socket.number(), &request, sizeof request, MSG_NOSIGNAL | MSG_DONTWAIT) ==
               static_cast<ssize_t>(sizeof request);
    }

    Status send(Request request) {
        CF_CHECK(!deadline_ms);
        if (worker <= 0) CF_TRY(start());
        request.id = ++last_id;
        if (!say(request)) {
            // It died while idle, or answers without listening: another one may take the picture.
            [[maybe_unused]] const Reading ended = give_up(Outcome::crashed);
            if (!say(request)) return Error(Code::io_failed, "the picture decoder does not start");
        }
        deadline_ms = clock.steady_ms() + settings.patience_ms +
                      static_cast<std::int64_t>(request.budget_us) / 1000;
        return {};
    }
};

DecoderProcess::DecoderProcess(std::unique_ptr<State> state) : state_(std::move(state)) {}
DecoderProcess::DecoderProcess(DecoderProcess&&) noexcept = default;
DecoderProcess& DecoderProcess::operator=(DecoderProcess&&) noexcept = default;
DecoderProcess::~DecoderProcess() = default;

Result<std::filesystem::path> decoder_beside_program() {
    std::error_code fault;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", fault);
    if (fault) return base::system_error(fault.value(), "/proc/self/exe");
    return self.parent_path() / "counterfoil-decoder";
}

Result<DecoderProcess> DecoderProcess::start(const DecoderSettings& settings,
                                             const base::Clock& clock) {
    CF_LET(SharedMemory memory, SharedMemory::create());
    auto state = std::make_unique<State>(settings, clock, std::move(memory));
    CF_TRY(state->start());
    return DecoderProcess(std::move(state));
}

bool DecoderProcess::busy() const {
    return state_->deadline_ms.has_value();
}

Status DecoderProcess::ask(const GreyView& picture, Effort effort, Reader::Duration budget) {
    if (picture.width < 1 || picture.height < 1 || picture.width > kMaxSide ||
        picture.height > kMaxSide || picture.width * picture.height > kMaxPixels)
        return Error(Code::too_large, "a frame has up to 16 million pixels, 8192 to a side");
    copy_pixels(picture, state_->memory.bytes());
    Request request;
    request.width = static_cast<std::uint32_t>(picture.width);
    request.height = static_cast<std::uint32_t>(picture.height);
    request.size = request.width * request.height;
    request.effort = static_cast<std::uint32_t>(effort);
    request.budget_us = static_cast<std::uint32_t>(budget.count());
    return state_->send(request);
}

Status DecoderProcess::ask(base::ByteView file, Effort effort, Reader::Duration budget,
                           Follows follows) {
    if (file.empty() || file.size() > kMaxPictureBytes)
        return Error(Code::too_large, "a picture's file has 1 byte to 16 MiB");
    std::memcpy(state_->memory.bytes(), file.data(), file.size());
    Request request;
    request.kind = PictureKind::file;
    request.is_new = follows == Follows::nothing;
    request.size = static_cast<std::uint32_t>(file.size());
    request.effort = static_cast<std::uint32_t>(effort);
    request.budget_us = static_cast<std::uint32_t>(budget.count());
    return state_->send(request);
}

int DecoderProcess::descriptor() const {
    return state_->socket.number();
}

std::optional<std::int64_t> DecoderProcess::due_ms() const {
    return state_->deadline_ms;
}

std::optional<Reading> DecoderProcess::collect() {
    State& state = *state_;
    if (!state.deadline_ms) return {};
    base::Bytes bytes(kMaxAnswerBytes + 1);
    const ssize_t size = ::recv(state.socket.number(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        if (state.clock.steady_ms() < *state.deadline_ms) return {};
        return state.give_up(Outcome::timed_out);
    }
    auto answer = read_answer(
        base::ByteView(bytes).first(static_cast<std::size_t>(std::max<ssize_t>(size, 0))));
    if (!answer || answer->id != state.last_id) return state.give_up(Outcome::crashed);
    state.deadline_ms.reset();
    return std::move(answer->reading);
}

Reading DecoderProcess::wait() {
    CF_CHECK(busy());
    for (;;) {
        if (auto reading = collect()) return *std::move(reading);
        pollfd readable{descriptor(), POLLIN, 0};
        const std::int64_t left = *state_->deadline_ms - state_->clock.steady_ms();
        ::poll(&readable, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    }
}

std::int64_t DecoderProcess::restarts() const {
    return state_->restarts;
}

}  // namespace counterfoil::vision
