import json,subprocess,sys,collections,random
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.feature_extraction import DictVectorizer
R='/work/main/'
def load(fs):
    rows=[]
    for f in fs:
        for l in open(R+'tests/corpus/'+f+'.jsonl'):
            if l.strip():
                d=json.loads(l); d['src']=f; rows.append(d)
    inp='\n'.join(json.dumps(r,ensure_ascii=False) for r in rows)
    out=subprocess.run([R+'target/release/examples/sentence_features'],input=inp,capture_output=True,text=True).stdout
    return [json.loads(l) for l in out.splitlines()]
def cls(d): return 'p:'+d['kind'] if d['label']=='promise' else d['label']
def fit(rows,C=0.3):
    v=DictVectorizer(); X=v.fit_transform([{f:1 for f in r['features']} for r in rows])
    y=[cls(r) for r in rows]
    m=LogisticRegression(C=C,max_iter=400); m.fit(X,y); return v,m
def prob(v,m,rows):
    P=m.predict_proba(v.transform([{f:1 for f in r['features']} for r in rows]))
    idx=[i for i,c in enumerate(m.classes_) if c.startswith('p:')]
    return P[:,idx].sum(1),P,idx
def score(p,rows,th=0.5):
    t=np.array([r['label']=='promise' for r in rows]); g=p>=th
    tp=(t&g).sum(); pr=tp/max(1,g.sum()); rc=tp/max(1,t.sum()); return round(2*pr*rc/max(1e-9,pr+rc),3),round(pr,3),round(rc,3)
if __name__=='__main__':
    for lang,own in [('en',['own_en','en_a','en_b']),('vi',['own_vi','vi_a','vi_b'])]:
        tr=load(own); df=[r for r in load(['dev_first']) if r['lang']==lang]
        for C in (0.1,0.3,1):
            v,m=fit(tr,C); p,P,idx=prob(v,m,df); 
            # cross by source: train on two, test on third
            cs=[]
            for o in own:
                a=[r for r in tr if r['src']!=o]; b=[r for r in tr if r['src']==o]
                v2,m2=fit(a,C); p2,_,_=prob(v2,m2,b); cs.append(score(p2,b)[0])
            print(lang,len(tr),C,'dev_first',score(p,df),'cross',cs)
