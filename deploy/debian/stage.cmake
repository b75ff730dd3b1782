# Run by CPack between installing into its staging folder and packing it: what a Debian package
# wants beside, or otherwise than, `cmake --install`. The unit and the manual come from deploy/,
# where they name the places below /usr.
set(top "${CPACK_TEMPORARY_INSTALL_DIRECTORY}")
set(source "${CPACK_NUDGED_SOURCE}")
set(documents "${top}/usr/share/doc/nudged")

# One instant for every file of the package, so that the same sources make the same package.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  execute_process(COMMAND git -C "${source}" log -1 --format=%ct OUTPUT_VARIABLE instant
      OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT instant)
    file(TIMESTAMP "${source}/deploy/debian/changelog" instant "%s" UTC)
  endif()
  set(ENV{SOURCE_DATE_EPOCH} "${instant}")
endif()

# name <- file, with this mode; gzip -n keeps no time and no name
function(stage name from mode)
  configure_file("${from}" "${top}/${name}" COPYONLY)
  if(name MATCHES "^usr/share/(man|doc/nudged/changelog)")
    execute_process(COMMAND gzip -9nf "${top}/${name}" COMMAND_ERROR_IS_FATAL ANY)
    string(APPEND name ".gz")
  endif()
  execute_process(COMMAND chmod ${mode} "${top}/${name}" COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE "${documents}/LICENSE")
stage(usr/share/doc/nudged/copyright "${source}/deploy/debian/copyright" 0644)
stage(usr/share/doc/nudged/changelog "${source}/deploy/debian/changelog" 0644)
stage(usr/share/man/man8/nudged.8 "${source}/deploy/nudged.8" 0644)
stage(usr/lib/systemd/system/nudged.service "${source}/deploy/nudged.service" 0644)
stage(usr/share/lintian/overrides/nudged "${source}/deploy/debian/lintian-overrides" 0644)
stage(etc/nudged/nudged.yaml "${source}/deploy/nudged.yaml" 0640)
execute_process(COMMAND chmod -R u=rwX,go=rX "${top}/usr" COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND chmod 0755 "${top}/etc" COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND chmod 0750 "${top}/etc/nudged" COMMAND_ERROR_IS_FATAL ANY)
