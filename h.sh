page () 
{ 
    rm -rf out;
    $S site build out > /dev/null 2>&1;
    sed -e 's/<[^>]*>/ /g' out/en/index.html | grep -v '^ *$' | sed -n "${1:-5,200p}"
}
