# The moment this source was made, in seconds since 1970: the earliest time a till's clock can tell.
# It is the last commit's time, or now where there is no commit, and never later than now. It is not
# the compiler's time: two builds of one commit stay the same and the compiler cache keeps working.
string(TIMESTAMP counterfoil_now "%s" UTC)
if(DEFINED ENV{SOURCE_DATE_EPOCH})
  set(COUNTERFOIL_BUILD_TIME $ENV{SOURCE_DATE_EPOCH})
else()
  execute_process(
    COMMAND git -C ${CMAKE_SOURCE_DIR} log -1 --format=%ct
    OUTPUT_VARIABLE COUNTERFOIL_BUILD_TIME
    OUTPUT_STRIP_TRAILING_WHITESPACE
    ERROR_QUIET)
endif()
if(NOT COUNTERFOIL_BUILD_TIME OR COUNTERFOIL_BUILD_TIME GREATER counterfoil_now)
  set(COUNTERFOIL_BUILD_TIME ${counterfoil_now})
endif()
configure_file(${CMAKE_SOURCE_DIR}/firmware/core/base/build_time.cpp.in
               ${CMAKE_BINARY_DIR}/generated/build_time.cpp @ONLY)
