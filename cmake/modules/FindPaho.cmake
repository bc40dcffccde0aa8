# Debian's Paho C library has a CMake config that names the architecture's folder and all four
# builds of the library, of which we want one.
# Defines Paho::mqtt, the asynchronous one with TLS.
find_path(Paho_INCLUDE_DIR MQTTAsync.h)
find_library(Paho_LIBRARY paho-mqtt3as)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Paho REQUIRED_VARS Paho_LIBRARY Paho_INCLUDE_DIR)

if(Paho_FOUND AND NOT TARGET Paho::mqtt)
  add_library(Paho::mqtt UNKNOWN IMPORTED)
  set_target_properties(Paho::mqtt PROPERTIES IMPORTED_LOCATION ${Paho_LIBRARY}
                                              INTERFACE_INCLUDE_DIRECTORIES ${Paho_INCLUDE_DIR})
endif()
mark_as_advanced(Paho_INCLUDE_DIR Paho_LIBRARY)
